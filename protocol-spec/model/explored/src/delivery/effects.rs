//! What each thing that happens does to the devices and the relay. Spec: messages.md "Receiving", "Outbox", "Erasing".

use super::{Broken, Cell, Delivery, Fate, Kept, Move, Peer, RECEIVER, SENDER, Say, State, Text};

impl Delivery {
    /// The moment after `action`.
    pub fn after(&self, state: &State, action: Move) -> State {
        let mut next = state.clone();
        match action {
            Move::Store(who) => self.store(&mut next, who),
            Move::Append(who, fate) => self.append(&mut next, who, fate),
            Move::Take(who) => self.take(&mut next, who),
            Move::Acknowledge(who) => {
                let up_to = next.peers[who].pushed;
                next.relay.mailboxes[who].acknowledge(up_to, self.breaks(Broken::KeptByRelay));
            }
            Move::Show(text) => self.show(&mut next.peers[RECEIVER], text),
            Move::Display(text) => self.display(&mut next, text),
            Move::Write => {
                next.peers[SENDER].memory.seal(Say::Text(next.written));
                next.written += 1;
            }
            Move::Erase(text) => next.peers[RECEIVER].memory.shown &= !(1 << text),
            Move::Crash(who) => {
                next.left[0] -= 1;
                next.peers[who].crash(next.expired);
            }
            Move::LoseMemory => {
                next.left[2] -= 1;
                next.relay.lose_memory();
                next.peers.iter_mut().for_each(|peer| peer.pushed = 0);
            }
            Move::Expire(text) => {
                next.left[3] -= 1;
                next.expired |= 1 << text;
                next.relay.expire(text);
                next.peers.iter_mut().for_each(|peer| peer.memory.expire(next.expired));
            }
        }
        next
    }

    /// Whether a crash would cost this device nothing that it means to store.
    pub(super) fn is_stored(&self, peer: &Peer) -> bool {
        if !self.breaks(Broken::DedupeNotStored) {
            return peer.stored == peer.memory;
        }
        let (floor, come) = (peer.stored.floor, peer.stored.come);
        peer.stored == Kept { floor, come, ..peer.memory.clone() }
    }

    fn store(&self, state: &mut State, who: usize) {
        let peer = &mut state.peers[who];
        peer.stored = peer.memory.clone();
        if self.breaks(Broken::DedupeNotStored) {
            (peer.stored.floor, peer.stored.come) = (0, 0);
        }
        if who == RECEIVER {
            state.seen.shown |= peer.stored.shown;
            state.seen.came |= peer.stored.shown | peer.stored.unread;
            return;
        }
        for (cell, _) in &peer.stored.outbox {
            if let Say::Text(text) = cell.say {
                state.seen.kept |= 1 << text;
            }
        }
    }

    fn append(&self, state: &mut State, who: usize, fate: Fate) {
        let epoch = state.relay.epoch;
        let again = !self.breaks(Broken::NotAppendedAgain);
        let Some(cell) = state.peers[who].memory.due(epoch, again) else { return };
        note_left(state, who, cell);
        if fate != Fate::Lost {
            state.relay.mailboxes[1 - who].append(cell);
        }
        if fate != Fate::Accepted {
            state.left[1] -= 1;
            state.peers[who].pushed = 0;
            return;
        }
        let outbox = &mut state.peers[who].memory.outbox;
        if self.breaks(Broken::DroppedWhenAccepted) {
            outbox.retain(|(own, _)| own.seq != cell.seq);
        }
        for (own, accepted) in outbox {
            if own.seq == cell.seq {
                *accepted = Some(epoch);
            }
        }
    }

    fn take(&self, state: &mut State, who: usize) {
        let peer = &mut state.peers[who];
        let Some((seq, cell)) = state.relay.mailboxes[who].after(peer.pushed) else { return };
        peer.pushed = *seq;
        let kept = &mut peer.memory;
        if kept.refuses(cell.seq) && !self.breaks(Broken::NoDedupe) {
            return;
        }
        match cell.say {
            // "A text whose number is that of a living text of the peer": refused.
            Say::Text(text) if (kept.unread | kept.shown) & (1 << text) != 0 => {}
            Say::Text(text) => {
                kept.note(*cell);
                kept.unread |= 1 << text;
            }
            Say::Read(text) => {
                kept.note(*cell);
                // "A receipt that comes after the deadline changes nothing."
                kept.read |= (1 << text) & !state.expired;
            }
        }
    }

    fn show(&self, receiver: &mut Peer, text: Text) {
        receiver.memory.unread &= !(1 << text);
        receiver.memory.shown |= 1 << text;
        receiver.appearing |= 1 << text;
        if self.receipts {
            receiver.memory.seal(Say::Read(text));
        }
    }

    fn display(&self, state: &mut State, text: Text) {
        state.peers[RECEIVER].appearing &= !(1 << text);
        let expired = state.expired & (1 << text) != 0;
        if !expired || self.breaks(Broken::ExpiryAskedOnce) {
            state.seen.displayed[usize::from(text)] += 1;
            state.seen.late |= expired;
        }
    }
}

fn note_left(state: &mut State, who: usize, cell: Cell) {
    let (left, place) = (&mut state.seen.left[who], usize::from(cell.seq));
    if left.len() <= place {
        left.resize(place + 1, None);
    }
    match left[place] {
        Some(before) => state.seen.key_twice |= before != cell.say,
        None => left[place] = Some(cell.say),
    }
}
