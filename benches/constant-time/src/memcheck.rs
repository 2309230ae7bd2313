//! Runs one case under valgrind's memcheck and reads its reports.

use std::fmt;
use std::process::{Command, Stdio};

/// How a case ends whose outcome has nothing of the secret.
pub const UNREACHED: u8 = 4;

/// A place where what is done depends on a secret.
pub struct Report {
    /// How often it was passed.
    pub times: usize,
    kind: String,
    /// The functions that it is in, the innermost first.
    stack: Vec<String>,
}

impl Report {
    /// Whether it is in this function, or in one that is inlined there, such as a method of `bool`.
    pub fn is_in(&self, function: &str) -> bool {
        self.stack.iter().take(INLINED + 1).any(|frame| frame.ends_with(function))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} times {} in {}",
            self.times,
            self.kind,
            self.stack.get(..SHOWN).unwrap_or(&self.stack).join(" < ")
        )
    }
}

/// The reports of one case.
///
/// # Errors
/// What kept it from ending as it should.
pub fn look(case: &str) -> Result<Vec<Report>, String> {
    let program = std::env::current_exe().map_err(|why| why.to_string())?;
    let mut valgrind = Command::new("valgrind");
    // The reports go to standard error, in XML; a case prints nothing.
    valgrind.args(["--quiet", "--leak-check=no", "--num-callers=24", "--error-limit=no", "--xml=yes", "--xml-fd=2"]);
    let ended = valgrind.arg(program).arg(case).stdin(Stdio::null()).output().map_err(|why| why.to_string())?;
    let text = String::from_utf8_lossy(&ended.stderr);
    match ended.status.code() {
        Some(0) => reports(&text).ok_or_else(|| format!("no reports to read: {text}")),
        Some(code) if code == i32::from(UNREACHED) => Err("what came of it has nothing of the secret".to_owned()),
        _ => Err(format!("ended with {}: {text}", ended.status)),
    }
}

/// Each distinct report, and how often it was made, which valgrind tells in the end.
fn reports(xml: &str) -> Option<Vec<Report>> {
    let (_, counts) = xml.rsplit_once("<errorcounts>")?;
    let counts: Vec<_> = between(counts, "<pair>", "</pair>").collect();
    let report = |error: &str| {
        let unique = between(error, "<unique>", "</unique>").next()?;
        let count = counts.iter().find(|pair| between(pair, "<unique>", "</unique>").next() == Some(unique))?;
        Some(Report {
            times: between(count, "<count>", "</count>").next()?.parse().ok()?,
            kind: between(error, "<kind>", "</kind>").next()?.to_owned(),
            stack: between(between(error, "<stack>", "</stack>").next()?, "<fn>", "</fn>").filter_map(name).collect(),
        })
    };
    between(xml, "<error>", "</error>").map(report).collect()
}

fn between<'a>(text: &'a str, open: &'a str, close: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(open).skip(1).filter_map(move |rest| rest.split_once(close)).map(|(inside, _)| inside)
}

/// A function's name without what it is instantiated with.
fn name(text: &str) -> Option<String> {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    let end = text.find('<').filter(|at| *at > 0).unwrap_or(text.len());
    (text != NAMELESS).then(|| text[..end].to_owned())
}

/// What valgrind writes for a function whose name the build does not tell.
const NAMELESS: &str = "UnknownInlinedFun";
/// How many functions may be inlined in one that is pinned.
const INLINED: usize = 1;
/// How much of a stack is printed.
const SHOWN: usize = 6;
