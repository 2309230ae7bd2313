//! A transfer on the stage: opened by one, heard of by two.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::{Ended, Home, PASSPHRASE, Run};

/// A transfer, as each of the three knows it.
pub struct Course<'a> {
    family: &'a Home,
    /// Its handle with the sender.
    pub at_sender: String,
    /// Its handle with the broker.
    pub at_broker: String,
    /// Its handle with the family.
    pub at_family: String,
    /// What the broker was told.
    pub order: Value,
    /// What the family was told.
    pub promise: Value,
    /// The claim code.
    pub code: String,
}

impl<'a> Course<'a> {
    /// The command that opens one, without its question.
    pub const NEW: [&'static str; 10] =
        ["transfer", "new", "--to", "family", "--via", "broker", "--amount", "3000", "--currency", "CNY"];

    /// Opens one of 3000 CNY, whose question is answered by nightingale, or sparrow when forced. Both others fetch it.
    pub fn open(people: &'a (Home, Home, Home), options: &[&str]) -> Self {
        Self::open_with(people, ["nightingale", "sparrow"], options)
    }

    /// As before, with another answer and another duress answer.
    pub fn open_with((sender, family, broker): &'a (Home, Home, Home), words: [&str; 2], options: &[&str]) -> Self {
        let asked = ["--ask", "Who?", "--duress", "--answer-fd", "0", "--duress-fd", "0"];
        let run = sender.run(&Self::NEW).with(&asked).with(options).typed(words[0]).typed(words[1]);
        let opened = run.typed("for mother").typed("for you").end();
        assert_eq!(opened.exit, Some(0), "{}", opened.report());
        let promised = family.run(&["recv", "--wait", "30s"]).end();
        let ordered = broker.run(&["recv", "--wait", "30s"]).end();
        // What was open before is told of again, first.
        let one = |ended: &Ended| (*ended.all("transfer.opened").last().unwrap()).clone();
        let (order, promise) = (one(&ordered), one(&promised));
        assert_eq!((&order["role"], &promise["role"]), (&"broker".into(), &"family".into()));
        let asked = promised.all("question.asked");
        assert_eq!(asked.last().unwrap()["transfer"], promise["transfer"], "{}", promised.report());
        let handle = |event: &Value| event["transfer"].as_str().unwrap().to_owned();
        let code = promise["code"].as_str().unwrap().to_owned();
        Self {
            family,
            at_sender: handle(&one(&opened)),
            at_broker: handle(&order),
            at_family: handle(&promise),
            order,
            promise,
            code,
        }
    }

    /// Runs a command to its end, which has to be a good one.
    pub fn say(&self, home: &Home, options: &[&str], typed: &[&str]) -> Ended {
        let ended = typed.iter().fold(home.run(options), |run, line| run.typed(line)).end();
        assert_eq!(ended.exit, Some(0), "{}", ended.report());
        ended
    }

    /// The family confirms so much, with these words one after the other.
    pub fn confirm<'b>(&'b self, amount: &'b str, words: &[&str]) -> Run<'b> {
        let run = self.family.run(&["receipt", "confirm", &self.at_family, "--amount", amount, "--answer-fd", "0"]);
        words.iter().fold(run, |run, word| run.typed(word))
    }

    /// A code that is well-formed and not this one.
    pub fn wrong_code(&self) -> &'static str {
        let codes = ["0000-0000-0098", "0000-0000-0195"];
        codes.into_iter().find(|code| *code != self.code).unwrap()
    }
}

/// The one transfer that somebody has, as listed.
pub fn listed(home: &Home) -> Value {
    let ended = home.run(&["transfer", "list"]).end();
    let [one] = ended.all("transfer.listed")[..] else { panic!("{}", ended.report()) };
    one.clone()
}

/// What a person reads of a transfer.
pub fn shown(home: &Home, id: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nightjar"));
    command.args(["transfer", "show", id, "--lang", "en", "--passphrase-fd", "0", "--home"]).arg(home.path());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    writeln!(child.stdin.take().unwrap(), "{PASSPHRASE}").unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}
