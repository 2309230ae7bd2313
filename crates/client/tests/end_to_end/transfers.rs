//! A transfer between three people who run three programs: what each is told, what each may say, and what it comes to.

use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::stage::relay::Relay;
use crate::stage::transfer::{Course, listed, shown};
use crate::stage::{Home, trio};

#[test]
fn a_transfer_goes_through_in_parts() {
    let relay = Relay::start();
    let people = trio(relay.address());
    let (sender, family, broker) = &people;
    sender.run(&["ask", "family", "And then?", "--prepare", "--answer-fd", "0"]).typed("heron").end_well();
    let course = Course::open(&people, &["--fee", "60", "--note-fd", "0", "--via-note-fd", "0"]);
    let mut watch = sender.run(&["chat", "family"]).start();

    // The broker: the order and nothing of the family; the family: the promise and nothing of the broker or the fee.
    let order = course.order.to_string();
    assert_eq!((&course.order["amount"], &course.order["minor"]), (&json!("3000.00"), &json!(300_000)));
    assert_eq!((&course.order["fee"]["amount"], &course.order["note"]), (&json!("60.00"), &json!("for you")));
    assert!(!order.contains(&course.code) && !order.contains("family"), "{order}");
    let promise = course.promise.to_string();
    assert_eq!((&course.promise["fee"], &course.promise["note"]), (&Value::Null, &json!("for mother")));
    assert!(!promise.contains("broker") && course.at_broker != course.at_family, "{promise}");

    course.say(broker, &["transfer", "funds-received", &course.at_broker], &[]);
    watch.expect("transfer.funded");
    let wrong = broker.run(&["transfer", "claim", &course.at_broker, "--code-stdin"]).typed(course.wrong_code()).end();
    assert_eq!((wrong.exit, wrong.code()), (Some(6), Some("claim-wrong")), "{}", wrong.report());
    assert_eq!(watch.expect("transfer.claimed")["left"], 2);
    course.say(broker, &["transfer", "claim", &course.at_broker, "--code-stdin"], &[&course.code]);
    assert_eq!(watch.expect("transfer.claimed")["accepted"], true);

    let part = course.confirm("2100", &["robin", "nightingale"]).end_well();
    assert_eq!(part.all("proof.mismatch")[0]["left"], 2, "{}", part.report());
    watch.expect("proof.mismatch");
    let receipt = watch.expect("transfer.confirmed");
    assert_eq!((&receipt["proof"], &receipt["minor"]), (&json!("verified"), &json!(210_000)));
    // The question for the next part went by itself.
    let rest = course.confirm("900.00", &["heron"]).end_well();
    assert_eq!(rest.all("transfer.finished").len(), 1, "{}", rest.report());
    watch.expect("transfer.finished");
    watch.type_line("/quit");
    watch.end_well();

    let (ours, theirs, carried) = (listed(sender), listed(family), listed(broker));
    assert_eq!((&ours["received"]["minor"], &ours["state"]), (&json!(300_000), &json!("finished")));
    assert_eq!((&theirs["received"]["minor"], &theirs["state"]), (&json!(300_000), &json!("finished")));
    assert_eq!((&carried["claim"], carried.get("received")), (&json!("accepted"), None));
    let totals = sender.run(&["transfer", "list", "--totals"]).end();
    let total = totals.all("transfer.total")[0];
    let minor = |what: &str| total[what]["minor"].as_u64().unwrap();
    assert_eq!(["ordered", "claimed", "received", "open"].map(minor), [300_000, 300_000, 300_000, 0]);
    // It is over for everybody.
    for (home, command) in [
        (family, vec!["receipt", "confirm", &*course.at_family, "--amount", "1"]),
        (broker, vec!["transfer", "claim", &*course.at_broker, "--code-stdin"]),
    ] {
        let over = home.run(&command).typed(&course.code).end();
        assert_eq!((over.exit, over.code()), (Some(9), Some("transfer-finished")), "{}", over.report());
    }
}

#[test]
fn a_receipt_without_its_proof_is_never_genuine() {
    let relay = Relay::start();
    let people = trio(relay.address());
    let (sender, family, _) = &people;
    let course = Course::open(&people, &[]);
    let mut watch = sender.run(&["chat", "family"]).start();

    // Made to confirm: the family's screen shows what it always shows.
    let forced = course.confirm("2100", &["sparrow"]).end_well();
    assert_eq!(forced.all("transfer.confirmed")[0]["proof"], "proved", "{}", forced.report());
    let told = forced.report();
    assert!(!told.contains("duress") && !told.contains("forc"), "{told}");
    watch.expect("proof.duress");
    assert_eq!(watch.expect("transfer.confirmed")["proof"], "duress");
    // No question is open any more: whoever has the phone can say much, and prove nothing.
    let bare = family.run(&["receipt", "confirm", &course.at_family, "--amount", "900"]).end();
    assert_eq!(bare.exit, Some(0), "{}", bare.report());
    assert_eq!(watch.expect("transfer.confirmed")["proof"], "unproved");
    course.say(family, &["receipt", "dispute", &course.at_family, "--note-fd", "0"], &["the rest did not come"]);
    assert_eq!(watch.expect("transfer.disputed")["note"], "the rest did not come");
    watch.type_line("/quit");
    watch.end_well();

    let ours = listed(sender);
    assert_eq!((&ours["received"]["minor"], &ours["state"]), (&json!(0), &json!("open")));
    let proofs: Vec<_> = ours["receipts"].as_array().unwrap().iter().map(|it| it["proof"].clone()).collect();
    assert_eq!(proofs, ["duress", "unproved"]);
    assert_eq!(listed(family)["received"]["minor"], 210_000);
    let page = shown(sender, &course.at_sender);
    assert!(page.contains("duress: not counted") && page.contains("unproved: not counted"), "{page}");
    assert!(page.contains("family is being forced") && !page.contains("verified"), "{page}");
    // To a contact under duress no money is ordered, nor to one who was never verified.
    let again = sender.run(&Course::NEW).end();
    assert_eq!((again.exit, again.code()), (Some(9), Some("contact-duress")), "{}", again.report());
    let other = ["transfer", "new", "--to", "broker", "--via", "family", "--amount", "1", "--currency", "CNY"];
    let duress = sender.run(&other).end();
    assert_eq!((duress.exit, duress.code()), (Some(9), Some("contact-duress")), "{}", duress.report());
}

#[test]
fn what_does_not_fit_is_refused_with_its_reason() {
    let relay = Relay::start();
    let people = trio(relay.address());
    let (sender, family, broker) = &people;
    let refused = |home: &Home, options: &[&str], exit, code: &str| {
        let ended = home.run(options).typed("nightingale").end();
        assert_eq!((ended.exit, ended.code()), (Some(exit), Some(code)), "{}", ended.report());
    };
    let new = |to, via, amount, currency| {
        ["transfer", "new", "--to", to, "--via", via, "--amount", amount, "--currency", currency, "--ask", "Who?"]
            .into_iter()
            .chain(["--answer-fd", "0"])
            .collect::<Vec<&str>>()
    };
    refused(sender, &new("broker", "family", "1", "CNY"), 9, "contact-unverified");
    refused(sender, &new("family", "family", "1", "CNY"), 2, "transfer-parties");
    refused(sender, &new("family", "broker", "1,000", "CNY"), 2, "amount");
    refused(sender, &new("family", "broker", "-1", "CNY"), 2, "amount");
    refused(sender, &new("family", "broker", "0", "CNY"), 2, "amount");
    refused(sender, &new("family", "broker", "1.5", "KRW"), 2, "amount");
    refused(sender, &new("family", "broker", "1", "XYZ"), 2, "currency");
    refused(sender, &[&Course::NEW[..], &["--no-input"]].concat(), 4, "input-needed");

    let course = Course::open(&people, &[]);
    let confirm = |id: &str, amount: &str| format!("receipt confirm {id} --amount {amount} --answer-fd 0");
    for (home, id, amount, exit, code) in [
        (family, "zzzz", "1", 2, "transfer-unknown"),
        (family, &*course.at_broker, "1", 2, "transfer-unknown"),
        (family, &*course.at_family, "1.234", 2, "amount"),
        (broker, &*course.at_broker, "1", 9, "transfer-role"),
        (sender, &*course.at_sender, "1", 9, "transfer-role"),
    ] {
        refused(home, &confirm(id, amount).split(' ').collect::<Vec<_>>(), exit, code);
    }
    refused(family, &["transfer", "funds-received", &course.at_family], 9, "transfer-role");
    refused(broker, &["transfer", "claim", &course.at_broker, "--code-stdin"], 2, "claim-mistyped");
    refused(family, &["answer", "sender", "--answer-fd", "0"], 2, "question-transfer");

    let mut watch = sender.run(&["chat", "broker"]).start();
    for left in [2, 1, 0] {
        let code = if left > 0 { "claim-wrong" } else { "claim-spent" };
        let claim = ["transfer", "claim", &course.at_broker, "--code-stdin"];
        let wrong = broker.run(&claim).typed(course.wrong_code()).end();
        assert_eq!(wrong.code(), Some(code), "{}", wrong.report());
        let seen = watch.expect("transfer.claimed");
        assert_eq!((&seen["accepted"], &seen["left"]), (&json!(false), &json!(left)));
    }
    watch.type_line("/quit");
    watch.end_well();
    let late = broker.run(&["transfer", "claim", &course.at_broker, "--code-stdin"]).typed(&course.code).end();
    assert_eq!((late.exit, late.code()), (Some(7), Some("claim-spent")), "{}", late.report());
}

#[test]
fn a_transfer_expires_for_all_three() {
    let relay = Relay::start();
    let people = trio(relay.address());
    let (sender, family, broker) = &people;
    let course = Course::open(&people, &["--expires", "8s"]);
    thread::sleep(Duration::from_secs(8));
    for (home, id) in [(sender, &course.at_sender), (family, &course.at_family), (broker, &course.at_broker)] {
        let told = home.run(&["recv"]).end();
        assert_eq!(told.all("transfer.expired")[0]["transfer"], **id, "{}", told.report());
        assert_eq!(listed(home)["state"], "expired");
    }
    let late = course.confirm("3000", &["nightingale"]).end();
    assert_eq!((late.exit, late.code()), (Some(8), Some("transfer-expired")), "{}", late.report());
    let late = broker.run(&["transfer", "claim", &course.at_broker, "--code-stdin"]).typed(&course.code).end();
    assert_eq!((late.exit, late.code()), (Some(8), Some("transfer-expired")), "{}", late.report());
}
