//! What holds of every moment, and what has to be possible at all. Spec: messages.md; threat-model.md.

use super::{Delivery, RECEIVER, SENDER, State};
use stateright::Property;

pub(super) fn all() -> Vec<Property<Delivery>> {
    vec![
        Property::always("a text is shown as new at most once", |_, state: &State| {
            state.seen.displayed.iter().all(|times| *times <= 1)
        }),
        Property::always(
            "a stored text is shown, if it lives and the faults end",
            |model: &Delivery, state: &State| {
                let end = model.settled(state);
                end.seen.kept & !end.expired & !end.seen.shown == 0
            },
        ),
        Property::always("nothing is shown after its deadline", |_, state: &State| !state.seen.late),
        Property::always("an acknowledged cell is gone from the relay", |_, state: &State| {
            let gone = |(seq, _): &(u8, _), acknowledged| *seq > acknowledged;
            state.relay.mailboxes.iter().all(|it| it.cells.iter().all(|cell| gone(cell, it.acknowledged)))
        }),
        Property::always("delivered is stated of what has come to stay", |_, state: &State| {
            state.peers[SENDER].memory.delivered & !state.seen.came == 0
        }),
        Property::always("read is stated of what was shown", |_, state: &State| {
            state.peers[SENDER].memory.read & !state.seen.shown == 0
        }),
        Property::always("two cells never leave under one number", |_, state: &State| !state.seen.key_twice),
        Property::sometimes("all is shown, and the sender knows", |model: &Delivery, state: &State| {
            let all = (1 << model.texts) - 1;
            state.seen.shown == all && (state.peers[SENDER].stored.read == all || !model.receipts)
        }),
        // A limit, not an aim: what is stored as shown before it is displayed can be stated as read and not have been seen.
        Property::sometimes(
            "read is stated of what a crash kept from the screen",
            |model: &Delivery, state: &State| {
                let unseen =
                    |text: &u8| state.seen.displayed[usize::from(*text)] == 0 && state.peers[RECEIVER].appearing == 0;
                let read = |text: &u8| state.peers[SENDER].memory.read & (1 << text) != 0;
                !model.receipts || (0..model.texts).any(|text| read(&text) && unseen(&text))
            },
        ),
        Property::sometimes("a cell comes twice", |_, state: &State| {
            let (receiver, mailbox) = (&state.peers[RECEIVER], &state.relay.mailboxes[RECEIVER]);
            mailbox.cells.iter().any(|(_, cell)| receiver.memory.refuses(cell.seq))
        }),
    ]
}

impl Delivery {
    /// Where this leads when nothing more goes wrong, and nobody writes or erases anything.
    pub fn settled(&self, state: &State) -> State {
        let mut state = state.clone();
        while let Some(step) = self.steps(&state).first() {
            state = self.after(&state, *step);
        }
        state
    }
}
