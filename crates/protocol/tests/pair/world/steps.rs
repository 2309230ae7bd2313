//! The steps of the two and of the relay, each with what may go wrong in it.

use nightjar_protocol::conversation::{Audience, Conversation, Error, Event, MessageState};
use nightjar_protocol::keys::{ReadKey, UnixTime};
use nightjar_protocol::wire::Cell;

use super::{Sent, World};

impl World {
    pub fn send(&mut self, side: usize, length: usize, lifetime: u32, after_read: u32) {
        self.serial += 1;
        let text = format!("{:08}marker{}", self.serial, "가".repeat(length / 3));
        let now = UnixTime(self.now);
        let sent = self.devices[side].conversation.send_text(
            now,
            &text,
            (lifetime, after_read),
            Audience::Contact,
            &mut self.dice,
        );
        let id = match sent {
            Ok(id) => id,
            Err(Error::PeerSilent) => return,
            Err(error) => panic!("{error}"),
        };
        let deadline = self.now + u64::from(lifetime);
        if self.store(side, Vec::new()) {
            let sent = Sent { text, deadline, after_read: u64::from(after_read) };
            assert!(self.sent[side].insert(id.number, sent).is_none(), "a message number was given twice");
        }
    }

    pub(super) fn flush(&mut self, side: usize) {
        if !self.devices[side].online {
            return;
        }
        let (now, epoch) = (UnixTime(self.now), self.relay.epoch());
        let conversation = &self.devices[side].conversation;
        let to = conversation.peer_mailbox();
        let queued: Vec<(u64, Cell, u32)> =
            conversation.outbox(now, epoch).map(|queued| (queued.seq, queued.cell.clone(), queued.ttl)).collect();
        for (seq, cell, ttl) in queued {
            let trouble = self.weather.restarts || self.weather.silent_loss;
            if trouble && self.dice.percent(5) {
                return; // the link is cut before the cell
            }
            if !(self.weather.silent_loss && self.dice.percent(10)) {
                self.relay.append(self.now, to, ttl, cell.clone());
            }
            if trouble && self.dice.percent(3) {
                self.relay.append(self.now, to, ttl, cell); // and once more
            }
            if trouble && self.dice.percent(5) {
                return; // the link is cut before the answer
            }
            let event = self.devices[side].conversation.accepted(seq, epoch);
            if !self.store(side, event.into_iter().collect()) {
                return;
            }
        }
    }

    pub(super) fn fetch(&mut self, side: usize) {
        let most = self.dice.below(12);
        for _ in 0..most {
            if !self.devices[side].online || !self.fetch_one(side) {
                return;
            }
        }
    }

    pub(super) fn fetch_one(&mut self, side: usize) -> bool {
        let now = self.now;
        let keys: Vec<ReadKey> = self.devices[side].conversation.own_mailboxes().map(ReadKey::duplicate).collect();
        let turn = self.dice.below(keys.len() as u64) as usize;
        let Some(key) =
            keys.iter().cycle().skip(turn).take(keys.len()).find(|key| !self.relay.waiting(now, key).is_empty())
        else {
            return false;
        };
        let reorder = self.weather.silent_loss && self.dice.percent(20);
        let cells = self.relay.waiting(now, key);
        let at = if reorder { self.dice.below(cells.len() as u64) as usize } else { 0 };
        let cell = cells[at].1.clone();
        let before = self.devices[side].conversation.snapshot();
        match self.devices[side].conversation.handle(UnixTime(now), &cell, &mut self.dice) {
            Ok(handled) => {
                if !self.store(side, handled.events) {
                    return true; // not acknowledged: it will come again
                }
            }
            Err(error) => {
                assert!(matches!(error, Error::Undecryptable | Error::Repeated), "{error}");
                let after = self.devices[side].conversation.snapshot();
                assert!(*before == *after, "a refused cell changed the state");
            }
        }
        self.relay.waiting(now, key).remove(at);
        true
    }

    pub(super) fn show(&mut self, side: usize) {
        self.show_one(side);
    }

    pub(super) fn show_one(&mut self, side: usize) -> bool {
        let now = UnixTime(self.now);
        let device = &mut self.devices[side];
        let unseen = device.conversation.messages(now).find(|message| message.state == MessageState::Unseen);
        let Some(id) = unseen.map(|message| {
            assert!(message.text.is_none(), "a text can be seen before it is shown");
            message.id
        }) else {
            return false;
        };
        let text = device.conversation.show(now, id, &mut self.dice).expect("living").to_owned();
        if self.store(side, Vec::new()) {
            assert_eq!(text, self.sent[1 - side][&id.number].text);
            assert!(self.devices[side].shown.insert(id, self.now).is_none(), "shown twice as if it were new");
        }
        true
    }

    pub(super) fn tick(&mut self, side: usize) {
        let events = self.devices[side].conversation.tick(UnixTime(self.now), &mut self.dice);
        let due = self.devices[side].conversation.next_due();
        assert!(due.is_none_or(|due| due.0 > self.now), "a tick left work undone");
        self.store(side, events);
    }

    pub(super) fn rotate(&mut self, side: usize) {
        match self.devices[side].conversation.rotate(UnixTime(self.now), &mut self.dice) {
            Ok(events) => {
                self.store(side, events);
            }
            Err(error) => assert_eq!(error, Error::Rotating),
        }
    }

    pub(super) fn restart_relay(&mut self) {
        self.relay.epoch += 1;
        self.relay.boxes.clear();
    }

    pub(super) fn kill(&mut self, side: usize) {
        let device = &mut self.devices[side];
        device.conversation = Conversation::restore(&device.stored).expect("restores");
        assert!(*device.conversation.snapshot() == *device.stored, "a restored state is another");
    }

    /// A step's end: the state is stored, unless the device is killed before; it may be killed right after, too.
    /// Whether it was stored, so that its consequences may leave the device.
    fn store(&mut self, side: usize, events: Vec<Event>) -> bool {
        if self.weather.kills && self.dice.percent(3) {
            self.kill(side);
            return false;
        }
        let device = &mut self.devices[side];
        device.stored = device.conversation.snapshot().to_vec();
        device.events.extend(events);
        if self.weather.kills && self.dice.percent(3) {
            self.kill(side);
        }
        true
    }
}
