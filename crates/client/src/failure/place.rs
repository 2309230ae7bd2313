//! Where something went wrong, as a person hears it.

/// Where something went wrong. The message is `place-…`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// What was typed at the command line.
    CommandLine,
    /// The configuration file.
    Config,
    /// The terminal, or a descriptor that input was to come from.
    Input,
    /// Standard output.
    Output,
    /// The vault on this computer.
    Vault,
    /// Between this computer and the relay.
    WayToRelay,
    /// The relay itself.
    Relay,
    /// The invite.
    Invite,
    /// The other side.
    Peer,
    /// A message that is being written.
    Message,
    /// A question in a session.
    Question,
    /// A transfer of money.
    Transfer,
    /// A photo, a voice note or a document.
    File,
    /// The program.
    Program,
}

impl Place {
    /// The message's key.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::CommandLine => "place-command-line",
            Self::Config => "place-config",
            Self::Input => "place-input",
            Self::Output => "place-output",
            Self::Vault => "place-vault",
            Self::WayToRelay => "place-way-to-relay",
            Self::Relay => "place-relay",
            Self::Invite => "place-invite",
            Self::Peer => "place-peer",
            Self::Message => "place-message",
            Self::Question => "place-question",
            Self::Transfer => "place-transfer",
            Self::File => "place-file",
            Self::Program => "place-program",
        }
    }
}
