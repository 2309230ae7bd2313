//! What is said of a transfer as things happen to it: to each of the three what it is told, and no more.

use nightjar_protocol::ledger::{Event as Happened, Part, Proof, TransferView, handle};
use nightjar_protocol::message::TransferId;

use super::super::present::{Presenter, name};
use super::{Figures, named, role};
use crate::args;
use crate::engine::Engine;
use crate::event::{Affair, Event};
use crate::failure::Failure;
use crate::terminal::Style;

impl Presenter<'_> {
    /// Tells of something that happened to a transfer.
    ///
    /// # Errors
    /// [`crate::failure::Kind::Output`].
    pub(super) fn transfer_event(&self, engine: &Engine, event: Happened) -> Result<(), Failure> {
        match event {
            Happened::Ordered { id } | Happened::Promised { id } => self.told(engine, id, TransferSays::Opened),
            Happened::Funded { id } => self.told(engine, id, TransferSays::Funded),
            Happened::Claimed { id, accepted, left } => self.told(engine, id, TransferSays::Claimed(accepted, left)),
            Happened::Receipt { id, number, .. } => self.told(engine, id, TransferSays::Receipt(number)),
            Happened::Disputed { id } => self.told(engine, id, TransferSays::Disputed),
            Happened::TransferExpired { id } => self.told(engine, id, TransferSays::Expired),
            Happened::TransferFinished { id } => self.told(engine, id, TransferSays::Finished),
            _ => Ok(()),
        }
    }

    pub(super) fn told(&self, engine: &Engine, id: TransferId, says: TransferSays) -> Result<(), Failure> {
        let now = engine.now();
        let Some(view) = engine.ledger().transfers(now).find(|it| it.id == id) else { return Ok(()) };
        let transfer = &*handle(&id);
        match says {
            TransferSays::Opened => self.opened(engine, &view),
            TransferSays::Funded => {
                let name = named(engine, view.broker);
                self.output.answer(Style::Plain, "transfer-funded", args![id = transfer, name = name])?;
                self.output.event(Event::Affair(Affair::Funded { transfer }))
            }
            TransferSays::Claimed(accepted, left) => self.claimed(engine, &view, (accepted, left)),
            TransferSays::Receipt(number) => self.received_cash(engine, &view, number),
            TransferSays::Matched(matched, left) => self.receipt_judged(&view, (matched, left)),
            TransferSays::Disputed => {
                let name = named(engine, view.family);
                self.output.answer(Style::Warn, "transfer-disputed", args![id = transfer, name = name])?;
                if let Some(dispute) = view.disputes.last() {
                    self.note(dispute.note)?;
                }
                let note = view.disputes.last().map(|it| it.note);
                self.output.event(Event::Affair(Affair::Disputed { transfer, note }))
            }
            TransferSays::Expired => self.expired_transfer(engine, &view),
            TransferSays::Finished => self.finished(&view),
        }
    }

    /// Says what was ordered from this side, or promised to it.
    ///
    /// # Errors
    /// [`crate::failure::Kind::Output`].
    pub(in crate::commands) fn opened(&self, engine: &Engine, view: &TransferView<'_>) -> Result<(), Failure> {
        let (transfer, amount) = (handle(&view.id), Figures::from(view.amount));
        let fee = view.fee.map(Figures::from);
        let code = view.code.map(|code| code.text());
        let note = Some(view.note).filter(|note| !note.is_empty());
        self.output.event(Event::Affair(Affair::Opened {
            transfer: &transfer,
            role: role(view.part),
            to: view.family.map(|it| name(engine, it)),
            via: view.broker.map(|it| name(engine, it)),
            from: view.sender.map(|it| name(engine, it)),
            sum: amount.sum(),
            fee: fee.as_ref().map(Figures::sum),
            note,
            code: code.as_ref().map(|code| code.as_str()),
            expires: view.expires.0,
        }))?;
        match view.part {
            Part::Sender => Ok(()),
            Part::Broker => self.order(engine, view),
            Part::Family => self.promise(engine, view),
        }
    }

    fn order(&self, engine: &Engine, view: &TransferView<'_>) -> Result<(), Failure> {
        let (id, amount) = (handle(&view.id), view.amount.to_string());
        let life = self.output.locale().life(view.expires.since(engine.now()));
        let said = args![name = named(engine, view.sender), amount = &amount, id = &id, life = &life];
        self.output.answer(Style::Strong, "order-in", said)?;
        if let Some(fee) = view.fee {
            self.output.answer(Style::Plain, "order-fee", args![fee = &fee.to_string()])?;
        }
        self.note(view.note)?;
        self.output.say(Style::Plain, "order-next", args![id = &id]);
        self.output.say(Style::Plain, "order-next-claim", args![id = &id]);
        Ok(())
    }

    fn promise(&self, engine: &Engine, view: &TransferView<'_>) -> Result<(), Failure> {
        let (id, amount) = (handle(&view.id), view.amount.to_string());
        let life = self.output.locale().life(view.expires.since(engine.now()));
        let said = args![name = named(engine, view.sender), amount = &amount, id = &id, life = &life];
        self.output.answer(Style::Strong, "promise-in", said)?;
        if let Some(fee) = view.fee {
            self.output.answer(Style::Plain, "promise-fee", args![fee = &fee.to_string()])?;
        }
        self.note(view.note)?;
        if let Some(code) = view.code {
            self.output.answer(Style::Strong, "promise-code", args![code = code.text().as_str()])?;
            self.output.answer(Style::Plain, "promise-code-rule", &[])?;
        }
        self.output.say(Style::Plain, "promise-next", args![id = &id]);
        self.output.say(Style::Dim, "promise-next-dispute", args![id = &id]);
        Ok(())
    }

    fn claimed(&self, engine: &Engine, view: &TransferView<'_>, (accepted, left): (bool, u8)) -> Result<(), Failure> {
        let id = &*handle(&view.id);
        self.output.event(Event::Affair(Affair::Claimed { transfer: id, accepted, left }))?;
        let name = named(engine, view.broker);
        match (view.part, accepted) {
            (Part::Sender, true) => self.output.answer(Style::Good, "transfer-claimed", args![id = id, name = name]),
            (Part::Sender, false) => {
                self.output.answer(Style::Bad, "transfer-claim-wrong", args![id = id, name = name, left = left])
            }
            (_, true) => self.output.answer(Style::Good, "transfer-claim-good", args![id = id]),
            (_, false) => self.output.answer(Style::Bad, "transfer-claim-bad", args![id = id, left = left]),
        }
    }

    /// A receipt came to the sender.
    fn received_cash(&self, engine: &Engine, view: &TransferView<'_>, number: u8) -> Result<(), Failure> {
        let Some(receipt) = view.receipts.iter().find(|it| it.number == number) else { return Ok(()) };
        let (style, key, proof) = match receipt.proof {
            Some(Proof::Verified) => (Style::Good, "transfer-receipt-verified", "verified"),
            Some(Proof::Duress) => (Style::Warn, "transfer-receipt-duress", "duress"),
            Some(Proof::Unproved) | None => (Style::Warn, "transfer-receipt-unproved", "unproved"),
        };
        let (id, amount) = (handle(&view.id), receipt.amount.to_string());
        let figures = Figures::from(receipt.amount);
        let confirmed = Affair::Confirmed { transfer: &id, number, sum: figures.sum(), proof };
        self.output.event(Event::Affair(confirmed))?;
        let name = named(engine, view.family);
        self.output.answer(style, key, args![id = &id, name = name, amount = &amount])?;
        self.note(receipt.note)
    }

    /// The sender has judged this side's last receipt.
    fn receipt_judged(&self, view: &TransferView<'_>, (matched, left): (bool, u8)) -> Result<(), Failure> {
        let id = handle(&view.id);
        let Some(receipt) = view.receipts.last() else { return Ok(()) };
        let (amount, figures) = (receipt.amount.to_string(), Figures::from(receipt.amount));
        let proof = if matched { "proved" } else { "mismatch" };
        if !matched {
            self.output.event(Event::ProofMismatch { left })?;
        }
        let number = receipt.number;
        let confirmed = Affair::Confirmed { transfer: &id, number, sum: figures.sum(), proof };
        self.output.event(Event::Affair(confirmed))?;
        match matched {
            true => self.output.answer(Style::Good, "transfer-receipt-proved", args![id = &id, amount = &amount]),
            false => self.output.answer(Style::Bad, "transfer-receipt-wrong", args![left = left]),
        }
    }

    fn expired_transfer(&self, engine: &Engine, view: &TransferView<'_>) -> Result<(), Failure> {
        let id = handle(&view.id);
        self.output.event(Event::Affair(Affair::Expired { transfer: &id }))?;
        self.output.answer(Style::Warn, "transfer-expired", args![id = &id])?;
        match view.part {
            Part::Sender => {
                let via = named(engine, view.broker);
                self.output.say(Style::Plain, "transfer-expired-sender", args![via = via]);
            }
            Part::Broker => {
                let name = named(engine, view.sender);
                self.output.say(Style::Plain, "transfer-expired-broker", args![name = name]);
            }
            Part::Family => {
                let name = named(engine, view.sender);
                self.output.say(Style::Plain, "transfer-expired-family", args![name = name]);
            }
        }
        Ok(())
    }

    fn finished(&self, view: &TransferView<'_>) -> Result<(), Failure> {
        let id = handle(&view.id);
        self.output.event(Event::Affair(Affair::Finished { transfer: &id }))?;
        let is_short = view.received.minor() < view.amount.minor().into();
        if view.part == Part::Sender && is_short {
            // All has come only as far as those can tell who stand beside the family.
            let (received, amount) = (view.received.to_string(), view.amount.to_string());
            let said = args![id = &id, received = &received, amount = &amount];
            return self.output.answer(Style::Warn, "transfer-closed", said);
        }
        self.output.answer(Style::Good, "transfer-finished", args![id = &id])
    }
}

/// What there is to say of a transfer.
pub(super) enum TransferSays {
    Opened,
    Funded,
    Claimed(bool, u8),
    Receipt(u8),
    Matched(bool, u8),
    Disputed,
    Expired,
    Finished,
}
