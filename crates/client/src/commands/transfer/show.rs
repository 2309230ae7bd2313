//! `transfer show`: how far a transfer is, what each receipt is worth, and what to do next. No relay hears of it.

use nightjar_protocol::conversation::{Direction, MessageView};
use nightjar_protocol::keys::UnixTime;
use nightjar_protocol::ledger::{ClaimState, Part, Proof, ReceiptState, ReceiptView, Status, TransferView, handle};
use nightjar_protocol::limits::CLAIM_ATTEMPTS_MAX;
use nightjar_protocol::money::Sum;

use super::super::Context;
use super::super::affairs::{named, reason_key};
use super::super::online::Online;
use super::super::present::Presenter;
use super::{find, list, view};
use crate::args;
use crate::cli::affairs::TransferShow;
use crate::engine::Engine;
use crate::failure::Failure;
use crate::locale::Arg;
use crate::output::Output;
use crate::terminal::Style;

pub(super) fn run(context: &Context<'_>, options: &TransferShow) -> Result<(), Failure> {
    let online = Online::open(context, false)?;
    let id = find(&online.engine, &options.id)?;
    let view = view(&online.engine, id)?;
    list::event(context.output, &online.engine, &view)?;
    Page { output: context.output, engine: &online.engine, presenter: &online.presenter, view: &view }.write()
}

/// One transfer, line by line.
struct Page<'a> {
    output: &'a Output,
    engine: &'a Engine,
    presenter: &'a Presenter<'a>,
    view: &'a TransferView<'a>,
}

impl Page<'_> {
    fn write(&self) -> Result<(), Failure> {
        let Self { output, engine, view, .. } = *self;
        let (amount, who) = (view.amount.to_string(), list::who(output, engine, view));
        self.line(Style::Strong, "show-head", args![id = &handle(&view.id), amount = &amount, who = &who])?;
        let (style, state) = list::state(output, view);
        match view.status {
            Status::Open => {
                let life = output.locale().life(view.expires.since(engine.now()));
                self.line(style, "show-life", args![state = &state, life = &life])?;
            }
            _ => output.styled_result(style, &state)?,
        }
        if let Some(fee) = view.fee {
            self.line(Style::Plain, "show-fee", args![fee = &fee.to_string()])?;
        }
        self.presenter.note(view.note)?;
        self.line(Style::Plain, "show-ordered", args![ago = &self.ago(view.sent_at)])?;
        for (reason, contact) in view.refused.iter().zip([view.broker, view.family]) {
            if let Some(reason) = reason {
                let (name, reason) = (named(engine, contact), output.text(reason_key(*reason).1, &[]));
                self.line(Style::Bad, "transfer-refused", args![name = name, reason = &reason])?;
            }
        }
        if view.part != Part::Family {
            self.broker()?;
        }
        if view.part != Part::Broker {
            self.family()?;
        }
        self.next()
    }

    /// What the broker has, and what it claimed.
    fn broker(&self) -> Result<(), Failure> {
        let is_own = self.view.part == Part::Broker;
        let via = named(self.engine, self.view.broker);
        match (self.view.funded, is_own) {
            (Some(at), false) => self.line(Style::Good, "show-funded", args![via = via, ago = &self.ago(at)]),
            (Some(at), true) => self.line(Style::Good, "show-funded-own", args![ago = &self.ago(at)]),
            (None, false) => self.line(Style::Plain, "show-funded-not", args![via = via]),
            (None, true) => self.line(Style::Plain, "show-funded-not-own", &[]),
        }?;
        match self.view.claim {
            ClaimState::None => self.line(Style::Plain, "show-claimed-not", &[]),
            ClaimState::Waiting => self.line(Style::Plain, "show-claimed-wait", &[]),
            ClaimState::Accepted => self.line(Style::Good, "show-claimed", &[]),
            ClaimState::Wrong { left } => {
                let count = CLAIM_ATTEMPTS_MAX.saturating_sub(left);
                self.line(Style::Bad, "show-claimed-wrong", args![count = count, left = left])
            }
            ClaimState::Refused(reason) => {
                let (name, reason) =
                    (named(self.engine, self.view.sender), self.output.text(reason_key(reason).1, &[]));
                self.line(Style::Bad, "transfer-refused", args![name = name, reason = &reason])
            }
        }
    }

    /// What was received, and what stands behind each receipt.
    fn family(&self) -> Result<(), Failure> {
        if let Some(code) = self.view.code.filter(|_| self.view.status == Status::Open) {
            self.line(Style::Strong, "promise-code", args![code = code.text().as_str()])?;
            self.line(Style::Plain, "promise-code-rule", &[])?;
        }
        let (promised, received) = (Sum::from(self.view.amount), self.view.received);
        let (amount, so_far) = (promised.to_string(), received.to_string());
        let difference = |a: Sum, b: Sum| a.minus(b).filter(|it| it.minor() > 0).map(|it| it.to_string());
        match (received.minor(), difference(promised, received), difference(received, promised)) {
            (0, ..) => self.line(Style::Plain, "show-received-not", &[]),
            (_, Some(open), _) => {
                self.line(Style::Warn, "show-received-short", args![received = &so_far, amount = &amount, open = &open])
            }
            (_, _, Some(over)) => {
                self.line(Style::Good, "show-received-over", args![received = &so_far, amount = &amount, over = &over])
            }
            _ => self.line(Style::Good, "show-received", args![received = &so_far, amount = &amount]),
        }?;
        self.view.receipts.iter().try_for_each(|receipt| self.receipt(receipt))?;
        for dispute in &self.view.disputes {
            self.line(Style::Warn, "show-disputed", args![ago = &self.ago(dispute.at)])?;
            self.presenter.note(dispute.note)?;
        }
        Ok(())
    }

    fn receipt(&self, receipt: &ReceiptView<'_>) -> Result<(), Failure> {
        let (style, key) = match (receipt.proof, receipt.state) {
            (Some(Proof::Verified), _) => (Style::Good, "show-proof-verified"),
            (Some(Proof::Duress), _) => (Style::Warn, "show-proof-duress"),
            (None, Some(ReceiptState::Waiting)) => (Style::Plain, "show-proof-waiting"),
            (None, Some(ReceiptState::Proved)) => (Style::Good, "show-proof-proved"),
            (None, Some(ReceiptState::Mismatch { .. })) => (Style::Bad, "show-proof-mismatch"),
            (None, Some(ReceiptState::Refused(_))) => (Style::Bad, "show-proof-refused"),
            (Some(Proof::Unproved), _) | (None, _) => (Style::Warn, "show-proof-unproved"),
        };
        let proof = match receipt.state {
            Some(ReceiptState::Refused(reason)) => {
                let reason = self.output.text(reason_key(reason).1, &[]);
                self.output.text("show-proof-refused", args![reason = &reason])
            }
            _ => self.output.text(key, &[]),
        };
        let (amount, ago) = (receipt.amount.to_string(), self.ago(receipt.at));
        let said = args![number = receipt.number, amount = &amount, proof = &proof, ago = &ago];
        self.line(style, "show-receipt", said)?;
        self.evidence(receipt)?;
        self.presenter.note(receipt.note)
    }

    /// Where the attachments are that the receipt names: told by what they contain, not by what somebody says of them.
    fn evidence(&self, receipt: &ReceiptView<'_>) -> Result<(), Failure> {
        let Some(family) = self.view.family else { return Ok(()) };
        let Some(conversation) = self.engine.conversation(family) else { return Ok(()) };
        let name = named(self.engine, self.view.family);
        for hash in receipt.evidence {
            let holds = |view: &MessageView<'_>| {
                view.id.direction == Direction::Received && view.items.iter().any(|item| item.hash == *hash)
            };
            match conversation.messages(self.engine.now()).find(holds) {
                Some(view) => {
                    self.line(Style::Plain, "show-evidence", args![name = name, number = view.id.number])?;
                }
                None => self.line(Style::Dim, "show-evidence-gone", &[])?,
            }
        }
        Ok(())
    }

    /// What this side can do now.
    fn next(&self) -> Result<(), Failure> {
        let view = self.view;
        let (id, name) = (handle(&view.id), named(self.engine, view.sender));
        let next = match view.part {
            Part::Sender => self.next_of_sender(),
            Part::Broker => match (view.status, view.claim, view.funded) {
                (Status::Finished, ..) => self.text("show-next-done", &[]),
                (Status::Expired, ..) => self.text("transfer-expired-broker", args![name = name]),
                (_, ClaimState::Waiting, _) => self.text("show-next-wait", args![name = name]),
                (_, ClaimState::Wrong { left: 0 } | ClaimState::Refused(_), _) => {
                    self.text("show-next-broker-spent", args![name = name])
                }
                (_, _, None) => self.text("show-next-broker-fund", args![id = &id]),
                _ => self.text("show-next-broker-claim", args![id = &id]),
            },
            Part::Family => match view.status {
                Status::Finished => self.text("show-next-done", &[]),
                Status::Expired => self.text("transfer-expired-family", args![name = name]),
                Status::Open if view.receipts.iter().any(|it| it.state == Some(ReceiptState::Waiting)) => {
                    self.text("show-next-wait", args![name = name])
                }
                Status::Open => self.text("show-next-family", args![id = &id]),
            },
        };
        // It may name a command with placeholders of its own: it stands as it is.
        self.line(Style::Plain, "show-next", args![next = &next])
    }

    fn next_of_sender(&self) -> String {
        let view = self.view;
        let (to, via) = (named(self.engine, view.family), named(self.engine, view.broker));
        let open = Sum::from(view.amount).minus(view.received).filter(|it| it.minor() > 0);
        let is_forced = view.receipts.iter().any(|it| it.proof == Some(Proof::Duress));
        match (view.status, open) {
            _ if is_forced => self.text("show-next-duress", args![to = to]),
            _ if !view.disputes.is_empty() => self.text("show-next-dispute", args![to = to, via = via]),
            (Status::Expired, _) => self.text("show-next-expired", args![via = via]),
            (Status::Finished, _) | (_, None) => self.text("show-next-done", &[]),
            _ if view.funded.is_none() => self.text("show-next-fund", args![via = via]),
            _ if view.claim != ClaimState::Accepted => self.text("show-next-claim", args![via = via, to = to]),
            (_, Some(open)) if view.received.minor() > 0 => {
                self.text("show-next-short", args![via = via, to = to, open = &open.to_string()])
            }
            _ => self.text("show-next-receipt", args![to = to]),
        }
    }

    fn line(&self, style: Style, key: &str, args: &[(&'static str, Arg<'_>)]) -> Result<(), Failure> {
        self.output.answer(style, key, args)
    }

    fn text(&self, key: &str, args: &[(&'static str, Arg<'_>)]) -> String {
        self.output.text(key, args)
    }

    /// How long ago it was.
    fn ago(&self, at: UnixTime) -> String {
        self.output.locale().life(self.engine.now().since(at))
    }
}
