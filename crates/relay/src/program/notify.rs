//! What the service manager is told, where systemd is it and listens. Elsewhere nobody is told anything.

use std::time::Duration;

/// What the manager may learn.
#[derive(Clone, Copy)]
pub(super) enum State {
    /// It serves, as at first or after reading its settings again.
    Ready,
    /// It reads its settings again.
    Reloading,
    /// It ends.
    Stopping,
    /// It is alive.
    Alive,
}

#[cfg(target_os = "linux")]
pub(super) fn tell(state: State) {
    use sd_notify::NotifyState;

    // The manager wants to know since when, by the clock that nobody sets.
    let since = NotifyState::monotonic_usec_now();
    let _ = match (state, since) {
        (State::Ready, _) => sd_notify::notify(&[NotifyState::Ready, NotifyState::Status("Serving.")]),
        (State::Reloading, Ok(since)) => sd_notify::notify(&[NotifyState::Reloading, since]),
        (State::Reloading, Err(_)) => Ok(()),
        (State::Stopping, _) => sd_notify::notify(&[NotifyState::Stopping, NotifyState::Status("Draining.")]),
        (State::Alive, _) => sd_notify::notify(&[NotifyState::Watchdog]),
    };
}

/// How often the manager wants to hear that the program is alive.
#[cfg(target_os = "linux")]
pub(super) fn period() -> Option<Duration> {
    sd_notify::watchdog_enabled().map(|patience| patience / 2)
}

#[cfg(not(target_os = "linux"))]
pub(super) fn tell(_: State) {}

#[cfg(not(target_os = "linux"))]
pub(super) fn period() -> Option<Duration> {
    None
}
