//! `nightjar-relay`.

use std::process::ExitCode;

fn main() -> ExitCode {
    nightjar_relay::program::run(std::env::args_os())
}
