//! The chapter `example` shows what its vector has: every figure in it is the value of that name, so that neither can be
//! changed alone. That the vector is right is for `vectors/example/`.

use std::fs;
use std::path::Path;

use serde_json::Value;

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../protocol-spec").join(path)).unwrap()
}

/// A row of a table under a numbered heading: the section, the value's name, what is shown of it.
struct Row<'a> {
    section: &'a str,
    name: &'a str,
    shown: &'a str,
}

fn rows(chapter: &str) -> Vec<Row<'_>> {
    let (mut section, mut rows) = ("", Vec::new());
    for line in chapter.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            section = heading.split_once('.').expect("a number").0;
        }
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        if let ["", name, shown, ..] = cells[..]
            && !section.is_empty()
            && shown.starts_with('`')
        {
            rows.push(Row { section, name, shown: shown.trim_matches('`') });
        }
    }
    rows
}

/// The value of a name like `asker_1.sid_0`, as the chapter would show it whole.
fn value(expect: &Value, row: &Row<'_>) -> String {
    let step = expect.as_object().unwrap().iter().find(|(title, _)| title.split(' ').next() == Some(row.section));
    let value = row.name.split('.').fold(step.expect("a section of the vector").1, |value, part| &value[part]);
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => panic!("section {}: the vector has no {}", row.section, row.name),
    }
}

#[test]
fn every_figure_of_the_tables_is_the_vector_s() {
    let vector: Value = serde_json::from_str(&read("vectors/example/first-contact.json")).unwrap();
    let chapter = read("example.md");
    let rows = rows(&chapter);
    assert!(rows.len() > 100, "{} figures are hardly all", rows.len());
    for row in rows {
        let (whole, place) = (value(&vector["expect"], &row), format!("section {}, {}", row.section, row.name));
        match row.shown.strip_suffix('…') {
            Some(beginning) => assert!(beginning.len() >= 32 && whole.starts_with(beginning), "{place}"),
            None => assert_eq!(row.shown, whole, "{place}"),
        }
    }
}

#[test]
fn every_figure_of_the_text_stands_in_the_vector() {
    let (vector, chapter) = (read("vectors/example/first-contact.json"), read("example.md"));
    let quoted = chapter.lines().flat_map(|line| line.split('`').skip(1).step_by(2));
    let figures = quoted.filter(|word| word.len() >= 10 && word.bytes().all(|it| it.is_ascii_hexdigit()));
    let link = chapter.lines().filter_map(|line| line.strip_prefix("    "));
    let mut count = 0;
    for figure in figures.chain(link) {
        assert!(vector.contains(figure), "{figure} is not in the vector");
        count += 1;
    }
    assert!(count > 100, "{count} figures are hardly all");
}
