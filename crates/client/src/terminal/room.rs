//! How much room there is on a terminal.

/// Columns and lines of the terminal that standard output or standard error is, if one is.
#[must_use]
pub fn room() -> Option<(u16, u16)> {
    #[cfg(unix)]
    {
        use rustix::termios::tcgetwinsize;
        let sizes = [tcgetwinsize(std::io::stdout()), tcgetwinsize(std::io::stderr())];
        let known = sizes.into_iter().flatten().find(|size| size.ws_col > 0 && size.ws_row > 0);
        known.map(|size| (size.ws_col, size.ws_row))
    }
    #[cfg(not(unix))]
    None
}

/// Columns of a line: those of the terminal, or of an old one.
#[must_use]
pub fn columns() -> usize {
    room().map_or(80, |(columns, _)| columns.into())
}
