//! The `nightjar` program: everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    nightjar_client::run()
}
