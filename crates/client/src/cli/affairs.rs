//! The commands of questions, acknowledgements and transfers of money. Help texts as everywhere: `help-transfer-new-to`.
//!
//! A question's text, an amount and a currency may stand on the command line: they tell nobody who can read it there more
//! than the relay's address and the contact's name do. An answer, a claim code and a note may not.

use std::path::PathBuf;

use clap::Subcommand;

use super::duration;

arguments!(Ask {
    #[arg(value_name = "CONTACT")]
    pub contact: String,
    #[arg(value_name = "QUESTION")]
    pub question: Option<String>,
    #[arg(long, conflicts_with_all = ["expires", "no_wait", "timeout"])]
    pub prepare: bool,
    #[arg(long)]
    pub duress: bool,
    #[arg(long, value_name = "N")]
    pub answer_fd: Option<u32>,
    #[arg(long, value_name = "N", requires = "duress")]
    pub duress_fd: Option<u32>,
    #[arg(long, value_name = "DURATION", value_parser = duration::message)]
    pub expires: Option<u32>,
    #[arg(long)]
    pub no_wait: bool,
    #[arg(long, value_name = "DURATION", value_parser = duration::wait, conflicts_with = "no_wait")]
    pub timeout: Option<u32>,
});

arguments!(Answer {
    #[arg(value_name = "CONTACT")]
    pub contact: String,
    #[arg(long, value_name = "N")]
    pub answer_fd: Option<u32>,
    #[arg(long, value_name = "DURATION", value_parser = duration::wait)]
    pub timeout: Option<u32>,
});

arguments!(Ack {
    #[arg(value_name = "CONTACT")]
    pub contact: String,
    #[arg(value_name = "NUMBER")]
    pub number: Option<u64>,
});

arguments!(Transfer {
    #[command(subcommand)]
    pub command: TransferCommand,
});

#[derive(Subcommand)]
#[expect(missing_docs, reason = "documentation would become a help text; the texts are `help-transfer-…`")]
pub enum TransferCommand {
    New(TransferNew),
    List(TransferList),
    Show(TransferShow),
    FundsReceived(TransferFundsReceived),
    Claim(TransferClaim),
}

arguments!(TransferNew {
    #[arg(long, value_name = "CONTACT")]
    pub to: String,
    #[arg(long, value_name = "CONTACT")]
    pub via: String,
    #[arg(long, value_name = "AMOUNT", allow_negative_numbers = true)]
    pub amount: String,
    #[arg(long, value_name = "CURRENCY")]
    pub currency: String,
    #[arg(long, value_name = "AMOUNT", allow_negative_numbers = true)]
    pub fee: Option<String>,
    #[arg(long, requires = "fee")]
    pub tell_fee: bool,
    #[arg(long, value_name = "QUESTION")]
    pub ask: Option<String>,
    #[arg(long, requires = "ask")]
    pub duress: bool,
    #[arg(long, value_name = "N", requires = "ask")]
    pub answer_fd: Option<u32>,
    #[arg(long, value_name = "N", requires = "duress")]
    pub duress_fd: Option<u32>,
    #[arg(long, conflicts_with = "note_fd")]
    pub note: bool,
    #[arg(long, value_name = "N")]
    pub note_fd: Option<u32>,
    #[arg(long, conflicts_with = "via_note_fd")]
    pub via_note: bool,
    #[arg(long, value_name = "N")]
    pub via_note_fd: Option<u32>,
    #[arg(long, value_name = "DURATION", value_parser = duration::message)]
    pub expires: Option<u32>,
});

arguments!(TransferList {
    #[arg(long)]
    pub totals: bool,
});

arguments!(TransferShow {
    #[arg(value_name = "ID")]
    pub id: String,
});

arguments!(TransferFundsReceived {
    #[arg(value_name = "ID")]
    pub id: String,
});

arguments!(TransferClaim {
    #[arg(value_name = "ID")]
    pub id: String,
    #[arg(long)]
    pub code_stdin: bool,
    #[arg(long, value_name = "DURATION", value_parser = duration::wait)]
    pub timeout: Option<u32>,
});

arguments!(Receipt {
    #[command(subcommand)]
    pub command: ReceiptCommand,
});

#[derive(Subcommand)]
#[expect(missing_docs, reason = "documentation would become a help text; the texts are `help-receipt-…`")]
pub enum ReceiptCommand {
    Confirm(ReceiptConfirm),
    Dispute(ReceiptDispute),
}

arguments!(ReceiptConfirm {
    #[arg(value_name = "ID")]
    pub id: String,
    #[arg(long, value_name = "AMOUNT", allow_negative_numbers = true)]
    pub amount: String,
    #[arg(long, value_name = "FILE")]
    pub photo: Vec<PathBuf>,
    #[arg(long, value_name = "FILE")]
    pub voice: Vec<PathBuf>,
    #[arg(long, value_name = "N")]
    pub answer_fd: Option<u32>,
    #[arg(long, conflicts_with = "note_fd")]
    pub note: bool,
    #[arg(long, value_name = "N")]
    pub note_fd: Option<u32>,
    #[arg(long, value_name = "DURATION", value_parser = duration::wait)]
    pub timeout: Option<u32>,
});

arguments!(ReceiptDispute {
    #[arg(value_name = "ID")]
    pub id: String,
    #[arg(long, value_name = "N")]
    pub note_fd: Option<u32>,
});
