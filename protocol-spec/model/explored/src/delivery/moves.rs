//! What can happen next: steps that the programs take, what people do, and faults. Spec: messages.md, relay.md, session.md "State".

use super::{Broken, Delivery, RECEIVER, SENDER, State, Text};

/// One thing that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Move {
    /// The peer stores its state.
    Store(usize),
    /// The peer's first due cell leaves, and comes to this.
    Append(usize, Fate),
    /// The peer is lent the next cell of its mailbox and handles it.
    Take(usize),
    /// The peer acknowledges what it was lent.
    Acknowledge(usize),
    /// The receiver marks a text as shown.
    Show(Text),
    /// The text is on the screen.
    Display(Text),
    /// The sender writes the next text.
    Write,
    /// The after-read timer of a text runs out.
    Erase(Text),
    /// The peer's program ends and starts again.
    Crash(usize),
    /// The relay starts again with its memory gone.
    LoseMemory,
    /// A text's deadline passes.
    Expire(Text),
}

/// What becomes of a cell that leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fate {
    /// `Done`.
    Accepted,
    /// The relay has it, and the link breaks before its answer.
    Unanswered,
    /// The link breaks before the relay has it.
    Lost,
}

const PEERS: [usize; 2] = [SENDER, RECEIVER];

impl Delivery {
    /// What the programs do by themselves. While there is any of it, something is still under way.
    pub fn steps(&self, state: &State) -> Vec<Move> {
        let mut steps = Vec::new();
        for who in PEERS {
            let (peer, mailbox) = (&state.peers[who], &state.relay.mailboxes[who]);
            let stored = self.is_stored(peer);
            if !stored {
                steps.push(Move::Store(who));
            }
            if self.leaves(state, who) {
                steps.push(Move::Append(who, Fate::Accepted));
            }
            if mailbox.after(peer.pushed).is_some() {
                steps.push(Move::Take(who));
            }
            if peer.pushed > mailbox.acknowledged && (stored || self.breaks(Broken::AcknowledgedBeforeStored)) {
                steps.push(Move::Acknowledge(who));
            }
        }
        let receiver = &state.peers[RECEIVER];
        for text in 0..self.texts {
            let bit = 1 << text;
            if receiver.memory.unread & bit != 0 {
                steps.push(Move::Show(text));
            }
            let stored = receiver.stored.shown & bit != 0 || self.breaks(Broken::DisplayedBeforeStored);
            if receiver.appearing & bit != 0 && stored {
                steps.push(Move::Display(text));
            }
        }
        steps
    }

    /// What people and their timers do.
    pub fn people(&self, state: &State) -> Vec<Move> {
        let write = (state.written < self.texts).then_some(Move::Write);
        let receiver = &state.peers[RECEIVER];
        let over = |text: &Text| receiver.memory.shown & !receiver.appearing & (1 << text) != 0;
        write.into_iter().chain((0..self.texts).filter(over).map(Move::Erase)).collect()
    }

    /// What goes wrong, as long as the machine may have more of it.
    pub fn faults(&self, state: &State) -> Vec<Move> {
        let mut faults = Vec::new();
        let [crashes, breaks, losses, expiries] = state.left;
        for who in PEERS {
            let peer = &state.peers[who];
            if crashes > 0 && (!self.is_stored(peer) || peer.pushed > 0 || peer.appearing != 0) {
                faults.push(Move::Crash(who));
            }
            if breaks > 0 && self.leaves(state, who) {
                faults.extend([Move::Append(who, Fate::Unanswered), Move::Append(who, Fate::Lost)]);
            }
        }
        if losses > 0 {
            faults.push(Move::LoseMemory);
        }
        if expiries > 0 {
            faults.extend((0..state.written).filter(|text| state.expired & (1 << text) == 0).map(Move::Expire));
        }
        faults
    }

    /// Whether the peer has a cell to append, and may: it is in what is stored.
    fn leaves(&self, state: &State, who: usize) -> bool {
        let peer = &state.peers[who];
        let due = peer.memory.due(state.relay.epoch, !self.breaks(Broken::NotAppendedAgain));
        let stored = |seq| peer.stored.outbox.iter().any(|(cell, _)| cell.seq == seq);
        due.is_some_and(|cell| stored(cell.seq) || self.breaks(Broken::SentBeforeStored))
    }
}
