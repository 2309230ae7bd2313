//! Every number of the protocol on one page. Spec: README, "Limits", which gives the reason of each.

/// A cell as the relay sees it, in bytes.
pub const CELL_LEN: usize = 4096;
/// A frame on the link, in bytes, in both directions, whatever it carries.
pub const FRAME_LEN: usize = 4496;
/// A frame before sealing: 16 bytes of tag less.
pub const FRAME_PLAIN_LEN: usize = FRAME_LEN - 16;
/// Room for the batch of commands or replies in a frame, in bytes, without its 2-byte length.
pub const BATCH_LEN: usize = FRAME_PLAIN_LEN - CELL_LEN - 2;
/// Commands or replies in one frame at most.
pub const BATCH_MAX: usize = 64;
/// A handshake message on the link, in bytes, both ways.
pub const HELLO_LEN: usize = 96;
/// Access keys of one relay, at most: what a hello that is none's costs it is bounded.
pub const ACCESS_KEYS_MAX: usize = 8;

/// Mailboxes one connection may be subscribed to.
pub const SUBSCRIPTIONS_MAX: u16 = 64;
/// Time to live of a cell, in seconds, at most: 7 days.
pub const CELL_TTL_MAX: u32 = 7 * 24 * 3600;
/// Time to live of a mailbox since its owner last asked for it, in seconds, at most: 30 days.
pub const MAILBOX_TTL_MAX: u32 = 30 * 24 * 3600;

/// Attempts at the answer per invite, on each side.
pub const ATTEMPTS_MAX: u8 = 3;
/// Lifetime of an invite in seconds: default, and at most.
pub const INVITE_TTL_DEFAULT: u32 = 30 * 60;
/// An invite lives at most this long, in seconds: 3 days.
pub const INVITE_TTL_MAX: u32 = 3 * 24 * 3600;
/// The bundle stays this long beyond the invite's end, in seconds, so that "expired" can be told from "unknown".
pub const BUNDLE_GRACE: u32 = 24 * 3600;
/// A spoken code as typed, in bytes, at most: 14 full-width digits with generous separators.
pub const CODE_TEXT_MAX: usize = 128;
/// Argon2id over a spoken code: memory in KiB.
pub const CODE_MEMORY_KIB: u32 = 64 * 1024;
/// Argon2id over a spoken code: passes.
pub const CODE_PASSES: u32 = 3;
/// A question, in bytes of UTF-8.
pub const QUESTION_MAX: usize = 512;
/// A word as typed, in bytes of UTF-8, before normalisation.
pub const WORD_MAX: usize = 256;
/// Graphemes that a normalised word has at least.
pub const WORD_GRAPHEMES_MIN: usize = 2;

/// Seconds that an answered question waits for its verdict beyond its end, and the verdict for its reader: 24 h.
pub const QUESTION_GRACE: u32 = 24 * 3600;
/// Questions of one contact that can be answered or wait for their verdict, at most.
pub const QUESTIONS_MAX: usize = 16;
/// Questions prepared for one contact, at most.
pub const PREPARED_MAX: usize = 32;

/// An amount of money in minor units of its currency, at most: 10^15.
pub const AMOUNT_MAX: u64 = 1_000_000_000_000_000;
/// A note to a transfer or a receipt, in bytes of UTF-8, at most.
pub const NOTE_MAX: usize = 1024;
/// Lifetime of a transfer in seconds: default 3 days; at most [`LIFETIME_MAX`].
pub const TRANSFER_LIFETIME_DEFAULT: u32 = 3 * 24 * 3600;
/// Claims of a transfer by its broker, at most.
pub const CLAIM_ATTEMPTS_MAX: u8 = 3;
/// Receipts for the cash of one transfer, at most.
pub const CASH_RECEIPTS_MAX: u8 = 32;
/// Of these, receipts without a proof.
pub const UNPROVED_MAX: usize = 8;
/// Attachments that one receipt for cash names, at most.
pub const EVIDENCE_MAX: usize = 4;
/// Disputes of one transfer, at most.
pub const DISPUTES_MAX: usize = 8;
/// Transfers that one person has sent and are not forgotten, at most.
pub const TRANSFERS_MAX: usize = 256;
/// Orders and promises of one contact that are not forgotten, at most.
pub const TRANSFERS_OF_CONTACT_MAX: usize = 64;
/// Seconds that a broker and a family remember a transfer beyond its end: 7 days.
pub const TRANSFER_GRACE: u32 = 7 * 24 * 3600;
/// Seconds that a sender remembers a transfer beyond its end: 30 days.
pub const TRANSFER_KEPT: u32 = 30 * 24 * 3600;

/// Skipped message keys kept per chain, and the furthest jump within one chain.
pub const MAX_SKIP: u32 = 256;
/// Skipped message keys kept in all.
pub const MAX_SKIP_TOTAL: usize = 1000;
/// A skipped message key is kept this long, in seconds: a cell's longest life.
pub const SKIPPED_TTL: u64 = CELL_TTL_MAX as u64;

/// A text message, in bytes of UTF-8.
pub const TEXT_MAX: usize = 16 * 1024;
/// Message lifetime in seconds: default 24 h.
pub const LIFETIME_DEFAULT: u32 = 24 * 3600;
/// Message lifetime in seconds, at most: a cell's longest life.
pub const LIFETIME_MAX: u32 = CELL_TTL_MAX;
/// After-read timer in seconds: default 5 min.
pub const AFTER_READ_DEFAULT: u32 = 5 * 60;
/// After-read timer in seconds, at least: 0 would erase before it is seen.
pub const AFTER_READ_MIN: u32 = 1;
/// After-read timer in seconds, at most: it never outlasts the lifetime.
pub const AFTER_READ_MAX: u32 = LIFETIME_MAX;

/// An attachment in bytes, at most: 25 MiB.
pub const ATTACHMENT_MAX: u32 = 25 * 1024 * 1024;
/// Bytes of an attachment in one cell: a nonce, the cell's place and a tag less.
pub const ATTACHMENT_DATA_LEN: usize = CELL_LEN - 24 - 4 - 16;
/// Cells of one attachment, padding among them, at most: those of [`ATTACHMENT_MAX`].
pub const ATTACHMENT_CELLS_MAX: u32 = 6656;
/// Attachments under one caption, at most.
pub const ATTACHMENTS_MAX: usize = 16;
/// A caption, in bytes of UTF-8, at most.
pub const CAPTION_MAX: usize = 2048;
/// The name of a file, in bytes of UTF-8, at most.
pub const FILE_NAME_MAX: usize = 255;

/// Messages named by one receipt, at most.
pub const RECEIPTS_MAX: usize = 64;
/// Bytes of a message in one piece, at most: what a cell holds beside the largest envelope.
pub const PIECE_MAX: usize = 3900;
/// Pieces of one message, at most: enough for [`TEXT_MAX`] beside an ML-KEM-768 key in every cell.
pub const PIECES_MAX: u8 = 8;
/// Messages of which some pieces have come, at most.
pub const PARTIALS_MAX: usize = 256;
/// Messages of the peer that live at one time, at most.
pub const LIVING_MAX: usize = 4096;
/// Receipts that wait to be sent, at most; the oldest go first.
pub const RECEIPTS_DUE_MAX: usize = 1024;

/// Cells that the peer has not acknowledged, at most: so it never meets a jump beyond [`MAX_SKIP`].
pub const WINDOW_MAX: u64 = MAX_SKIP as u64;
/// Of these, cells of texts.
pub const WINDOW_TEXT: u64 = 192;
/// Beyond [`WINDOW_TEXT`] and up to here, one text in [`WINDOW_SLOW_INTERVAL`].
pub const WINDOW_SLOW: u64 = 240;
/// Seconds between texts to a peer that has long been silent: 24 h.
pub const WINDOW_SLOW_INTERVAL: u64 = 24 * 3600;
/// A cell that the peer evidently missed is appended again at most once in so many seconds.
pub const REPAIR_INTERVAL: u64 = 60;
