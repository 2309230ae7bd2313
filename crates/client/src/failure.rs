//! What can go wrong, as a person hears it: what happened, where, and what to do next. Each kind has a code for
//! programs and one of the exit codes.

mod place;

use std::fmt;
use std::process::ExitCode;

use crate::locale::{Arg, Locale};

pub use place::Place;

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $code:literal, $exit:literal, $place:ident;)*) => {
        /// Every way in which a command can fail.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[non_exhaustive]
        pub enum Kind { $($(#[$doc])* $kind,)* }

        impl Kind {
            /// All kinds.
            pub const ALL: &'static [Self] = &[$(Self::$kind),*];

            /// The name that programs see. Messages are `failure-CODE` and `failure-CODE-next`.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$kind => $code,)* }
            }

            /// The exit code.
            #[must_use]
            pub const fn exit(self) -> u8 {
                match self { $(Self::$kind => $exit,)* }
            }

            /// Where it went wrong.
            #[must_use]
            pub const fn place(self) -> Place {
                match self { $(Self::$kind => Place::$place,)* }
            }
        }
    };
}

kinds! {
    /// A fault of the program. Argument `detail`.
    Internal = "internal", 1, Program;
    /// A step of the demonstration did not happen. Argument `step`.
    Demo = "demo", 1, Program;
    /// Standard output cannot be written. Argument `detail`.
    Output = "output", 1, Output;
    /// The vault cannot be written or read: disk full, permissions. Argument `detail`.
    VaultIo = "vault-io", 1, Vault;
    /// The command line. Argument `what`, a complete sentence.
    Usage = "usage", 2, CommandLine;
    /// The configuration file does not parse. Arguments `path`, `detail`.
    Config = "config", 2, Config;
    /// The configuration file has a key that does not exist. Arguments `path`, `name`.
    ConfigUnknown = "config-unknown", 2, Config;
    /// As before, and a key that does exist is close. Arguments `path`, `name`, `meant`.
    ConfigMeant = "config-meant", 2, Config;
    /// A value in the configuration file is not acceptable. Arguments `path`, `name`, `value`.
    ConfigValue = "config-value", 2, Config;
    /// The system names no folder to keep things in.
    NoHome = "no-home", 2, Config;
    /// No relay is configured.
    RelayMissing = "relay-missing", 2, Config;
    /// The relay's address has not the form `host:port#key`. Argument `address`.
    RelayAddress = "relay-address", 2, Config;
    /// The file that has the relay's address cannot be read. Arguments `path`, `detail`.
    RelayFile = "relay-file", 2, Config;
    /// An access key stands in the arguments or the environment, where everybody on the computer can read it. Argument `place`.
    RelayExposed = "relay-exposed", 2, CommandLine;
    /// There is no vault yet.
    VaultMissing = "vault-missing", 2, Vault;
    /// There is a vault already. Argument `path`.
    VaultExists = "vault-exists", 2, Vault;
    /// No contact has this name. Argument `name`.
    ContactUnknown = "contact-unknown", 2, CommandLine;
    /// A contact has this name already. Argument `name`.
    ContactExists = "contact-exists", 2, CommandLine;
    /// The invite was mistyped: its check digits do not fit. Nothing was sent.
    InviteMistyped = "invite-mistyped", 2, Invite;
    /// Digits that are no amount of their currency. Arguments `value`, `currency`.
    Amount = "amount", 2, CommandLine;
    /// Letters that are no currency. Argument `value`.
    Currency = "currency", 2, CommandLine;
    /// No transfer begins like this. Argument `id`.
    TransferUnknown = "transfer-unknown", 2, CommandLine;
    /// Several transfers begin like this. Argument `id`.
    TransferAmbiguous = "transfer-ambiguous", 2, CommandLine;
    /// The same contact is to carry and to receive the money.
    TransferParties = "transfer-parties", 2, CommandLine;
    /// The claim code was mistyped: its check digits do not fit. Nothing was sent.
    ClaimMistyped = "claim-mistyped", 2, Input;
    /// No question of this contact waits for an answer. Argument `name`.
    QuestionNone = "question-none", 2, Question;
    /// The question is about a transfer: a receipt answers it. Arguments `name`, `id`.
    QuestionTransfer = "question-transfer", 2, Question;
    /// No message can be acknowledged under this number. Argument `name`.
    MessageUnknown = "message-unknown", 2, CommandLine;
    /// A descriptor gave nothing that can be used. Argument `fd`.
    Descriptor = "descriptor", 2, Input;
    /// What was typed or piped is no line of UTF-8, or is too long for one.
    InputUnreadable = "input-unreadable", 2, Input;
    /// This system has no numbered descriptors.
    DescriptorUnsupported = "descriptor-unsupported", 2, Input;
    /// The relay does not answer. Argument `relay`.
    RelayUnreachable = "relay-unreachable", 3, WayToRelay;
    /// The relay's name does not resolve. Argument `relay`.
    RelayName = "relay-name", 3, WayToRelay;
    /// The relay went away, and stayed away. Argument `relay`.
    RelayLost = "relay-lost", 3, WayToRelay;
    /// What answers does not speak as a relay does. Argument `relay`.
    RelayProtocol = "relay-protocol", 3, WayToRelay;
    /// The relay has no room or is busy. Argument `relay`.
    RelayFull = "relay-full", 3, Relay;
    /// Input is needed, and `--no-input` forbids to ask. Argument `what`.
    InputNeeded = "input-needed", 4, Input;
    /// Input is needed, and there is no terminal. Argument `what`.
    NoTerminal = "no-terminal", 4, Input;
    /// The other side is not there yet.
    PeerAbsent = "peer-absent", 5, Peer;
    /// The other side has not been heard of for too many messages. Argument `name`.
    PeerSilent = "peer-silent", 5, Peer;
    /// The message waits at the relay; nothing came back in time.
    NotDelivered = "not-delivered", 5, Peer;
    /// Nothing arrived in time.
    NothingArrived = "nothing-arrived", 5, Peer;
    /// The answers do not match; tries are left. Argument `left`.
    Mismatch = "mismatch", 6, Peer;
    /// The claim code is wrong; tries are left. Argument `left`.
    ClaimWrong = "claim-wrong", 6, Transfer;
    /// The invite was taken by someone.
    InviteUsed = "invite-used", 7, Invite;
    /// The answers did not match, and no try is left.
    AttemptsExhausted = "attempts-exhausted", 7, Invite;
    /// The answers to a question did not match, and no try is left.
    QuestionSpent = "question-spent", 7, Question;
    /// The claim code was wrong, and no try is left.
    ClaimSpent = "claim-spent", 7, Transfer;
    /// The question's time is over.
    QuestionExpired = "question-expired", 8, Question;
    /// The transfer's time is over. Argument `id`.
    TransferExpired = "transfer-expired", 8, Transfer;
    /// The invite's time is over.
    InviteExpired = "invite-expired", 8, Invite;
    /// The message has no text.
    MessageEmpty = "message-empty", 9, Message;
    /// The message has a control character.
    MessageControl = "message-control", 9, Message;
    /// The message is not UTF-8 text.
    MessageEncoding = "message-encoding", 9, Message;
    /// The message is too long. Arguments `length`, `most`, in bytes.
    MessageLong = "message-long", 9, Message;
    /// A photo of the HEIF family, which is not read.
    PhotoHeic = "photo-heic", 9, File;
    /// The file is no photo of a format that is read.
    PhotoFormat = "photo-format", 9, File;
    /// The photo is cut off, or does not hold what it claims.
    PhotoDamaged = "photo-damaged", 9, File;
    /// The photo has too many pixels. Argument `most`, in millions.
    PhotoTooLarge = "photo-too-large", 9, File;
    /// Decoding the photo took too long.
    PhotoSlow = "photo-slow", 9, File;
    /// The file is no voice note of the format that is read.
    VoiceFormat = "voice-format", 9, File;
    /// The voice note is cut off, or its parts do not agree.
    VoiceDamaged = "voice-damaged", 9, File;
    /// The voice note is too long. Argument `most`, in minutes.
    VoiceTooLong = "voice-too-long", 9, File;
    /// The file is too large. Argument `most`, in megabytes.
    FileTooLarge = "file-too-large", 9, File;
    /// A file cannot have this name.
    FileName = "file-name", 9, File;
    /// The question is too long. Arguments `length`, `most`, in bytes.
    QuestionLong = "question-long", 9, Invite;
    /// The answer is too short or too long once it is normalised.
    AnswerLength = "answer-length", 9, Input;
    /// The answer has characters that cannot be part of one.
    AnswerCharacters = "answer-characters", 9, Input;
    /// Another question to the same contact has this answer.
    AnswerUsed = "answer-used", 9, Input;
    /// The duress answer is the answer.
    AnswersAlike = "answers-alike", 9, Input;
    /// The passphrase is empty or too short. Argument `least`.
    PassphraseWeak = "passphrase-weak", 9, Input;
    /// The two passphrases differ.
    PassphrasesDiffer = "passphrases-differ", 9, Input;
    /// The name cannot be a contact's.
    ContactName = "contact-name", 9, Input;
    /// The contact answered under duress; only what a coercer may read can be sent. Argument `name`.
    ContactDuress = "contact-duress", 9, Peer;
    /// More attachments than one message can have. Argument `most`.
    FilesTooMany = "files-too-many", 9, File;
    /// A file has no bytes in it. Argument `name`.
    FileEmpty = "file-empty", 9, File;
    /// A file cannot be read. Arguments `name`, `detail`.
    FileUnreadable = "file-unreadable", 2, File;
    /// A file was changed while it was read. Argument `name`.
    FileChanged = "file-changed", 9, File;
    /// No living message with attachments has this number, or none of its attachments. Argument `name`.
    FileUnknown = "file-unknown", 2, File;
    /// An attachment has not come as a whole.
    FileIncomplete = "file-incomplete", 5, Peer;
    /// An attachment is not what its sender said it would be, or the disk lost some of it.
    FileDamaged = "file-damaged", 9, File;
    /// There is a file already where an attachment was to be saved. Argument `path`.
    SaveExists = "save-exists", 9, CommandLine;
    /// Several attachments were to be saved as one file. Argument `path`.
    SaveFolder = "save-folder", 2, CommandLine;
    /// An attachment could not be saved. Arguments `path`, `detail`.
    SaveFailed = "save-failed", 1, Output;
    /// Money goes to verified contacts alone. Argument `name`.
    ContactUnverified = "contact-unverified", 9, Peer;
    /// The contact has a question to answer already. Argument `name`.
    QuestionOpen = "question-open", 9, Question;
    /// The question is empty or not fit for a terminal.
    QuestionCharacters = "question-characters", 9, Question;
    /// Somebody else has to say this of the transfer. Argument `id`.
    TransferRole = "transfer-role", 9, Transfer;
    /// The transfer is complete. Argument `id`.
    TransferFinished = "transfer-finished", 9, Transfer;
    /// What was said last of the transfer is not answered yet. Argument `id`.
    TransferPending = "transfer-pending", 9, Transfer;
    /// The other side refused. Argument `reason`.
    TransferRefused = "transfer-refused", 9, Transfer;
    /// The note is too long. Argument `most`, in bytes.
    NoteLong = "note-long", 9, Transfer;
    /// As many questions or transfers as there is room for.
    AffairsFull = "affairs-full", 9, Vault;
    /// The person said no.
    Declined = "declined", 9, Input;
    /// The passphrase does not open the vault, or the file was changed: the two cannot be told apart.
    VaultWrong = "vault-wrong", 10, Vault;
    /// Another process has the vault open.
    VaultInUse = "vault-in-use", 10, Vault;
    /// The file is no vault, or not all of one.
    VaultDamaged = "vault-damaged", 10, Vault;
    /// The vault is of a later version.
    VaultVersion = "vault-version", 10, Vault;
    /// The relay knows no such invite.
    InviteUnknown = "invite-unknown", 11, Invite;
    /// Something lies where the invite leads, and the invite does not open it.
    InviteDamaged = "invite-damaged", 11, Invite;
    /// Who answers at the relay's address does not hold the relay's key. Argument `relay`.
    RelayKey = "relay-key", 12, WayToRelay;
    /// The relay did not understand the greeting: another key, another version, or it is private and wants an access key. It
    /// says so in clear, so that anybody in between can, too. Argument `relay`.
    RelayRefused = "relay-refused", 12, WayToRelay;
    /// Ctrl-C.
    Interrupted = "interrupted", 130, Program;
}

/// Why a command ended without doing what it was asked to. Texts in it are shown and logged: no secrets.
pub struct Failure {
    kind: Kind,
    args: Vec<(&'static str, Value)>,
}

/// A value in a failure: what [`Arg`] borrows.
#[derive(Debug)]
enum Value {
    Text(String),
    Number(u64),
}

impl Failure {
    /// A failure of `kind`, whose message takes no arguments.
    #[must_use]
    pub const fn new(kind: Kind) -> Self {
        Self { kind, args: Vec::new() }
    }

    /// A fault of the program, with words for whoever mends it.
    #[must_use]
    pub fn internal(detail: impl fmt::Display) -> Self {
        Self::new(Kind::Internal).text("detail", detail)
    }

    /// Adds an argument.
    #[must_use]
    pub fn text(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.args.push((name, Value::Text(value.to_string())));
        self
    }

    /// Adds a count.
    #[must_use]
    pub fn number(mut self, name: &'static str, value: u64) -> Self {
        self.args.push((name, Value::Number(value)));
        self
    }

    /// The kind.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The exit code.
    #[must_use]
    pub fn exit(&self) -> ExitCode {
        ExitCode::from(self.kind.exit())
    }

    /// What happened.
    #[must_use]
    pub fn what(&self, locale: &Locale) -> String {
        locale.text(&format!("failure-{}", self.kind.code()), &self.borrowed())
    }

    /// What to do next.
    #[must_use]
    pub fn next(&self, locale: &Locale) -> String {
        locale.text(&format!("failure-{}-next", self.kind.code()), &self.borrowed())
    }

    /// Where it happened.
    #[must_use]
    pub fn place(&self, locale: &Locale) -> String {
        locale.text(self.kind.place().key(), &[])
    }

    fn borrowed(&self) -> Vec<(&'static str, Arg<'_>)> {
        self.args.iter().map(|(name, value)| (*name, value.borrowed())).collect()
    }
}

impl Value {
    fn borrowed(&self) -> Arg<'_> {
        match self {
            Self::Text(text) => Arg::Text(text),
            Self::Number(number) => Arg::Number(*number),
        }
    }
}

impl From<Kind> for Failure {
    fn from(kind: Kind) -> Self {
        Self::new(kind)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Failure({}, {:?})", self.kind.code(), self.args)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_kind_has_a_code_of_its_own() {
        let codes: BTreeSet<_> = Kind::ALL.iter().map(|kind| kind.code()).collect();
        assert_eq!(codes.len(), Kind::ALL.len());
    }

    #[test]
    fn exit_codes_are_those_of_the_table() {
        let exits: BTreeSet<_> = Kind::ALL.iter().map(|kind| kind.exit()).collect();
        assert_eq!(exits.into_iter().collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 130]);
    }
}
