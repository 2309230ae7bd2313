//! `dev-relay`: the relay's own program, so that the demonstration needs no second binary.

use std::process::ExitCode;

use crate::cli::DevRelay;

pub(super) fn run(options: &DevRelay) -> ExitCode {
    let mut arguments = vec!["nightjar-relay".to_owned(), "serve".to_owned(), "--dev".to_owned()];
    arguments.extend(["--port".to_owned(), options.port.to_string()]);
    if let Some(file) = &options.key_file {
        arguments.extend(["--key-file".to_owned(), file.display().to_string()]);
    }
    if let Some(file) = &options.access_key_file {
        arguments.extend(["--access-key-file".to_owned(), file.display().to_string()]);
    }
    if let Some(seconds) = options.stats_every {
        arguments.extend(["--stats-every".to_owned(), seconds.to_string()]);
    }
    nightjar_relay::program::run(arguments)
}
