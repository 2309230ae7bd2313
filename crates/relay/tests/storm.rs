//! A short storm: every attack, small, on the program itself. Nothing is timed; `relay-storm` measures. Spec: relay, "Quotas".

#![cfg(unix)]

use std::process::Command;
use std::time::Duration;

use nightjar_relay::config::Quotas;

#[path = "../examples/relay-storm/attacks.rs"]
mod attacks;
#[path = "../examples/relay-storm/client.rs"]
mod client;
#[path = "../examples/relay-storm/course.rs"]
mod course;
#[path = "../examples/relay-storm/pairs.rs"]
mod pairs;
#[path = "../examples/relay-storm/relay.rs"]
mod relay;

#[test]
fn no_attack_cuts_off_who_behaves_or_keeps_out_who_is_new() {
    let quotas = Quotas { newcomers: 64, cells_per_mailbox: 300, bytes: 16 << 20, ..Quotas::default() };
    let settings = [
        ("quotas.newcomers", quotas.newcomers.into()),
        ("quotas.cells_per_mailbox", quotas.cells_per_mailbox.into()),
        ("quotas.bytes", quotas.bytes),
        ("quotas.hellos_per_second", 500),
        ("timeouts.write", 1),
        ("timeouts.hello", 1),
        ("timeouts.idle", 2),
    ];
    let mut relay = relay::Relay::start(Command::new(env!("CARGO_BIN_EXE_nightjar-relay")), &settings).unwrap();
    let waits = pairs::start(relay.address.clone(), 2, Duration::from_millis(50)).unwrap();
    assert!(course::warm_up(&waits), "{:?}", waits.failures());
    let lasts = Duration::from_secs(1);
    let scale = attacks::Scale { sockets: 300, busy: 20, cells: quotas.cells_per_mailbox as usize, lasts };
    let recovery = Duration::from_secs(30);
    let bounds = course::Bounds { ratio: None, floor: 0, resident: course::ceiling(&quotas), recovery };
    for name in attacks::ALL {
        let figures = course::attack(name, &mut relay, &waits, scale, Duration::from_millis(300), bounds).unwrap();
        assert_eq!(figures["passed"], true, "{figures}");
        let refused = |key: &str| figures["refusals"][key].as_u64().unwrap();
        match name {
            "silent" => assert!(refused("made_way") >= 200, "{figures}"),
            "creates" => assert!(refused("commands_refused") > 0, "{figures}"),
            "mailbox-flood" => assert_eq!(refused("commands_refused"), 1, "{figures}"),
            "garbage" => assert!(refused("refused_hello") > 0, "{figures}"),
            "mutated" => assert!(refused("frames_rejected") > 0, "{figures}"),
            _ => {}
        }
    }
}
