//! What happens, as programs read it with `--json`: one object a line with `v`, `event` and the fields below. Times
//! are seconds since 1970 (UTC), lives are seconds. Message text appears with `--reveal` alone.

mod affair;

use serde::Serialize;

pub use affair::{Affair, Listed, ListedReceipt, Sum};

/// Version of the events: `v`.
pub const VERSION: u8 = 1;

/// One event.
#[derive(Clone, Copy, Serialize)]
#[serde(tag = "event")]
pub enum Event<'a> {
    /// `setup` made a vault.
    #[serde(rename = "vault.created")]
    VaultCreated {
        /// The folder it is in.
        home: &'a str,
    },
    /// `wipe` destroyed the vault.
    #[serde(rename = "vault.wiped")]
    VaultWiped {
        /// Files that were removed.
        files: u64,
    },
    /// An invite exists. What it carries is what `invite` was asked for, so the code is always there.
    #[serde(rename = "invite.created")]
    InviteCreated {
        /// The digits or the link, to be handed over.
        code: &'a str,
        /// `digits` or `link`.
        form: &'a str,
        /// When it ends.
        expires: u64,
        /// Tries at the answer.
        attempts: u8,
    },
    /// Somebody took the invite, or one's own joining reached the other side.
    #[serde(rename = "peer.joined")]
    PeerJoined {
        /// The contact, as named here.
        contact: &'a str,
    },
    /// A contact, listed by `peers`.
    #[serde(rename = "peer.listed")]
    PeerListed {
        /// The contact, as named here.
        contact: &'a str,
        /// `verified`, `unverified` or `duress`.
        standing: &'a str,
        /// Messages from it that were not shown yet.
        unread: u64,
        /// Messages to it that were not delivered yet.
        pending: u64,
        /// Questions of it that wait for an answer.
        questions: u64,
        /// Questions that are prepared for it.
        prepared: u64,
        /// Transfers that are open with it.
        transfers: u64,
    },
    /// A question waits for an answer.
    #[serde(rename = "proof.asked")]
    ProofAsked {
        /// The question, as the other side put it.
        question: &'a str,
        /// Tries left.
        left: u8,
        /// When the invite ends.
        expires: u64,
    },
    /// The answers match.
    #[serde(rename = "proof.verified")]
    ProofVerified {
        /// The contact, as named here.
        contact: &'a str,
    },
    /// There was no question: whoever held the invite is connected.
    #[serde(rename = "proof.unproved")]
    ProofUnproved {
        /// The contact, as named here.
        contact: &'a str,
    },
    /// Somebody else answered the invite too.
    #[serde(rename = "invite.contested")]
    InviteContested,
    /// The answers do not match.
    #[serde(rename = "proof.mismatch")]
    ProofMismatch {
        /// Tries left.
        left: u8,
    },
    /// The duress answer was given. On the asker's side only.
    #[serde(rename = "proof.duress")]
    ProofDuress {
        /// The contact, as named here.
        contact: &'a str,
    },
    /// The message is in the vault, on its way.
    #[serde(rename = "msg.queued")]
    Queued(State<'a>),
    /// The relay took the message.
    #[serde(rename = "msg.accepted")]
    Accepted(State<'a>),
    /// The other side decrypted it.
    #[serde(rename = "msg.delivered")]
    Delivered(State<'a>),
    /// The other side showed it.
    #[serde(rename = "msg.read")]
    Read(State<'a>),
    /// The other side's person says that they have taken note of it.
    #[serde(rename = "msg.acknowledged")]
    Acknowledged(State<'a>),
    /// The other side erased it.
    #[serde(rename = "msg.erased")]
    Erased(State<'a>),
    /// A message came.
    #[serde(rename = "msg.received")]
    Received {
        /// Which message, of which contact.
        #[serde(flatten)]
        state: State<'a>,
        /// What it says; with `--reveal` only.
        #[serde(skip_serializing_if = "Option::is_none")]
        text: Option<&'a str>,
        /// Its length in bytes.
        bytes: u64,
        /// When it was sent.
        sent: u64,
        /// When it goes at the latest.
        deadline: u64,
        /// How long it stays after it was shown.
        after_read: u32,
    },
    /// An attachment was announced: its message came, its bytes may not have.
    #[serde(rename = "file.offered")]
    FileOffered(FileState<'a>),
    /// How far an attachment is.
    #[serde(rename = "file.progress")]
    FileProgress {
        /// Which one.
        #[serde(flatten)]
        file: FileState<'a>,
        /// `in` or `out`.
        direction: &'a str,
        /// Bytes that are through.
        done: u64,
        /// Bytes a second, since this program began with it.
        rate: u64,
    },
    /// All attachments of a message are here.
    #[serde(rename = "file.fetched")]
    FileFetched(State<'a>),
    /// An attachment is not what its sender said it would be.
    #[serde(rename = "file.damaged")]
    FileDamaged {
        /// Which message, of which contact.
        #[serde(flatten)]
        state: State<'a>,
        /// Which of its attachments, from 1.
        item: u64,
    },
    /// An attachment of a message that was opened.
    #[serde(rename = "file.opened")]
    FileOpened {
        /// Which one.
        #[serde(flatten)]
        file: FileState<'a>,
        /// What its sender calls it; with `--reveal` only.
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<&'a str>,
        /// `whole`, `partly` or `damaged`.
        progress: &'a str,
    },
    /// An attachment was saved.
    #[serde(rename = "file.saved")]
    FileSaved {
        /// Which one.
        #[serde(flatten)]
        file: FileState<'a>,
        /// Where.
        path: &'a str,
    },
    /// A message's life is over here.
    #[serde(rename = "msg.expired")]
    Expired {
        /// Which message, of which contact.
        #[serde(flatten)]
        state: State<'a>,
        /// `in` or `out`.
        direction: &'a str,
        /// `after-read`, `deadline`, `incomplete`, `late`, `read`, `undelivered` or `unseen`.
        reason: &'a str,
    },
    /// The relay is reached.
    #[serde(rename = "relay.connected")]
    RelayConnected {
        /// Its clock less this computer's, in seconds.
        offset: i64,
        /// Whether it was restarted since the last time.
        restarted: bool,
    },
    /// The relay is out of reach; it is being tried again.
    #[serde(rename = "relay.lost")]
    RelayLost,
    /// One line of `doctor`.
    #[serde(rename = "check.done")]
    CheckDone {
        /// What was looked at.
        check: &'a str,
        /// `ok`, `warning` or `bad`.
        verdict: &'a str,
        /// What was found.
        found: &'a str,
    },
    /// One step of `demo`.
    #[serde(rename = "demo.step")]
    DemoStep {
        /// Which one, from 1.
        step: u8,
        /// Its name.
        name: &'a str,
        /// Whether it happened as it should.
        ok: bool,
    },
    /// A command failed.
    #[serde(rename = "error")]
    Error(ErrorEvent<'a>),
    /// Something about a question or a transfer.
    #[serde(untagged)]
    Affair(Affair<'a>),
}

/// Which message, of which contact.
#[derive(Clone, Copy, Serialize)]
pub struct State<'a> {
    /// The contact, as named here.
    pub contact: &'a str,
    /// The message's number within this contact.
    pub id: u64,
}

/// Which attachment, of which message.
#[derive(Clone, Copy, Serialize)]
pub struct FileState<'a> {
    /// Which message, of which contact.
    #[serde(flatten)]
    pub state: State<'a>,
    /// Which of its attachments, from 1.
    pub item: u64,
    /// `voice`, `photo` or `file`.
    pub kind: &'a str,
    /// Its length in bytes.
    pub bytes: u64,
}

/// Why a command failed.
#[derive(Clone, Copy, Serialize)]
pub struct ErrorEvent<'a> {
    /// The name of the failure.
    pub code: &'a str,
    /// The exit code that follows.
    pub exit: u8,
    /// What to do next, in the reader's language.
    pub hint: &'a str,
}

/// An event with its version in front.
#[derive(Serialize)]
pub struct Versioned<'a> {
    v: u8,
    #[serde(flatten)]
    event: Event<'a>,
}

impl<'a> Event<'a> {
    /// The event as it is written.
    #[must_use]
    pub const fn versioned(self) -> Versioned<'a> {
        Versioned { v: VERSION, event: self }
    }

    /// The event without plaintext.
    #[must_use]
    pub const fn concealed(self) -> Self {
        match self {
            Self::Received { state, text: _, bytes, sent, deadline, after_read } => {
                Self::Received { state, text: None, bytes, sent, deadline, after_read }
            }
            Self::FileOpened { file, name: _, progress } => Self::FileOpened { file, name: None, progress },
            Self::Affair(affair) => Self::Affair(affair.concealed()),
            other => other,
        }
    }

    /// Bytes that the event takes at most, escaped, when it has plaintext: so that no copy of it is left behind by a
    /// buffer that grows.
    #[must_use]
    pub const fn room(&self) -> usize {
        match self {
            Self::Received { text: Some(text), state, .. } => 1024 + 6 * (text.len() + state.contact.len()),
            Self::FileOpened { name: Some(name), file, .. } => 1024 + 6 * (name.len() + file.state.contact.len()),
            Self::Affair(affair) => 2048 + 6 * affair.plaintext(),
            _ => 1024,
        }
    }
}
