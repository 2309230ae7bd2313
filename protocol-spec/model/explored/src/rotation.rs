//! One side moves to a fresh mailbox while the other writes. Spec: messages.md "Rotation", "Outbox"; relay.md "Epoch".
//!
//! The *mover* reads the old mailbox and the fresh one, announces the fresh one, and deletes the old. The *peer* appends where it was told
//! last. What the mover says, its `Mailbox` and its acks, is one note that lies at the relay until a later one takes its place: cells
//! that carry it can be lost and are sent again, as `delivery` explores. Deadlines are left out.

use stateright::{Model, Property};

/// What is explored: how much may happen, and which rule is broken.
#[derive(Clone, Debug)]
pub struct Rotation {
    /// Cells that the peer may write, besides the receipt for the `Mailbox`.
    pub cells: u8,
    /// Crashes of either device.
    pub crashes: u8,
    /// Cells that are lost on the way, or whose answer is.
    pub breaks: u8,
    /// Restarts of the relay with its memory gone.
    pub losses: u8,
    /// The rule that this one does not keep.
    pub broken: Option<Broken>,
}

/// A rule of the spec that a program could get wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// "And floor ≥ s": here the old mailbox is deleted as soon as the `Mailbox` is delivered, and lost cells are not repaired.
    DeletedWhenDelivered,
    /// "Including what it appends again": here a cell goes where it was to go when it was sealed.
    AppendedAgainToOld,
    /// "The fresh mailbox MUST NOT be dropped, for the peer may have moved already."
    FreshDropped,
    /// "The state MUST be stored before the cell leaves": here the `Mailbox` leaves first, its read key in memory alone.
    AnnouncedBeforeStored,
}

/// What the mover keeps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Mover {
    /// It has a fresh mailbox, and its read key.
    pub moved: bool,
    /// Cells of the peer that have come, one bit each, from bit 1.
    pub come: u8,
    /// The peer's cell that said that the `Mailbox` came.
    pub delivered_by: Option<u8>,
    /// The old mailbox is done with.
    pub over: bool,
}

/// What the peer keeps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Peer {
    /// The last number that was given to a cell.
    pub last: u8,
    /// The mailbox that it was told of last: 0 the old one, 1 the fresh one.
    pub to: usize,
    /// What it heard last of the mover.
    pub heard: Option<(bool, u8)>,
    /// Cells that the mover may not have.
    pub outbox: Vec<Cell>,
}

/// A sealed cell in the peer's outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cell {
    /// Its number.
    pub seq: u8,
    /// Where the peer appended when it sealed the cell: 1 says that the `Mailbox` has come.
    pub sealed_for: usize,
    /// The epoch in which a relay accepted it.
    pub accepted: Option<u8>,
}

/// All there is at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    /// The mover: stored, and in memory.
    pub mover: [Mover; 2],
    /// The peer: stored, and in memory.
    pub peer: [Peer; 2],
    /// The relay's epoch.
    pub epoch: u8,
    /// The old mailbox and the fresh one, if they are there: number of each cell, and whether it says that the `Mailbox` came.
    pub mailboxes: [Option<Vec<(u8, bool)>>; 2],
    /// What the mover has said last: whether it moved, and what has come.
    pub note: Option<(bool, u8)>,
    /// Cells that the peer has written.
    pub written: u8,
    /// Cells that the peer had stored at some time.
    pub kept: u8,
    /// Crashes, breaks and losses that are left.
    pub left: [u8; 3],
}

/// One thing that happens. `true` is the mover, `false` the peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Move {
    /// The peer writes.
    Write,
    /// The mover draws a fresh mailbox and creates it.
    Rotate,
    /// One of them stores its state.
    Store(bool),
    /// The peer's first due cell leaves: whether the relay has it, and whether the peer hears so.
    Append(bool, bool),
    /// The mover takes the cells of a mailbox.
    Take(usize),
    /// The mover acknowledges what has come.
    Acknowledge(usize),
    /// The mover says what it has to say.
    Say,
    /// The peer hears it.
    Hear,
    /// The mover creates a mailbox that is gone.
    Create(usize),
    /// The mover deletes the old mailbox.
    Delete,
    /// The mover drops the fresh mailbox again.
    Drop,
    /// One of the programs ends and starts again.
    Crash(bool),
    /// The relay starts again with its memory gone.
    LoseMemory,
}

const STORED: usize = 0;
const MEMORY: usize = 1;

impl Model for Rotation {
    type State = State;
    type Action = Move;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            mover: Default::default(),
            peer: Default::default(),
            epoch: 0,
            mailboxes: [Some(Vec::new()), None],
            note: None,
            written: 0,
            kept: 0,
            left: [self.crashes, self.breaks, self.losses],
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Move>) {
        actions.extend(self.steps(state));
        let [crashes, breaks, losses] = state.left;
        let mut may = |condition, action| actions.extend(Some(action).filter(|_| condition));
        may(state.written < self.cells, Move::Write);
        may(!state.mover[MEMORY].moved, Move::Rotate);
        may(crashes > 0 && state.mover[STORED] != state.mover[MEMORY], Move::Crash(true));
        may(crashes > 0 && state.peer[STORED] != state.peer[MEMORY], Move::Crash(false));
        may(breaks > 0 && self.due(state).is_some(), Move::Append(true, false));
        may(breaks > 0 && self.due(state).is_some(), Move::Append(false, false));
        may(losses > 0, Move::LoseMemory);
        let undelivered = state.mover[MEMORY].moved && state.mover[MEMORY].delivered_by.is_none();
        may(self.broken == Some(Broken::FreshDropped) && undelivered, Move::Drop);
    }

    fn next_state(&self, state: &State, action: Move) -> Option<State> {
        let next = self.after(state, action);
        (next != *state).then_some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("a stored cell comes, if the faults end", |model: &Self, state: &State| {
                let end = model.settled(state);
                end.kept & !end.mover[STORED].come == 0
            }),
            Property::always("the old mailbox goes, if the faults end", |model: &Self, state: &State| {
                let end = model.settled(state);
                !end.mover[STORED].moved || end.mailboxes[0].is_none()
            }),
            Property::sometimes("the peer writes to either mailbox", |_, state: &State| {
                let of = |sealed_for| state.peer[MEMORY].outbox.iter().any(|cell| cell.sealed_for == sealed_for);
                of(0) && of(1)
            }),
            Property::sometimes("it is over", |_, state: &State| state.mover[STORED].over),
        ]
    }
}

impl Rotation {
    /// What the programs do by themselves.
    fn steps(&self, state: &State) -> Vec<Move> {
        let [stored, memory] = &state.mover;
        let mut steps = Vec::new();
        let mut may = |condition, action| steps.extend(Some(action).filter(|_| condition));
        may(stored != memory, Move::Store(true));
        may(state.peer[STORED] != state.peer[MEMORY], Move::Store(false));
        may(self.due(state).is_some(), Move::Append(true, true));
        for which in [0, 1] {
            let reads = if which == 0 { !memory.over } else { memory.moved };
            let mailbox = state.mailboxes[which].as_ref();
            may(reads && mailbox.is_none(), Move::Create(which));
            let new = |cells: &Vec<(u8, bool)>| cells.iter().any(|(seq, _)| memory.come & (1 << seq) == 0);
            may(reads && mailbox.is_some_and(new), Move::Take(which));
            let known = |cells: &Vec<(u8, bool)>| cells.iter().any(|(seq, _)| stored.come & (1 << seq) != 0);
            may(reads && stored == memory && mailbox.is_some_and(known), Move::Acknowledge(which));
        }
        let says = stored == memory || self.broken == Some(Broken::AnnouncedBeforeStored);
        may(says && state.note != Some((memory.moved, memory.come)), Move::Say);
        may(state.note.is_some() && state.note != state.peer[MEMORY].heard, Move::Hear);
        may(stored == memory && self.done_with_old(memory) && state.mailboxes[0].is_some(), Move::Delete);
        steps
    }

    /// "The old mailbox is done with once the `Mailbox` is delivered, by the peer's cell s, and floor ≥ s."
    fn done_with_old(&self, mover: &Mover) -> bool {
        let early = self.broken == Some(Broken::DeletedWhenDelivered);
        mover.delivered_by.is_some_and(|s| early || (1..=s).all(|seq| mover.come & (1 << seq) != 0))
    }

    /// The peer's first cell that this relay has not accepted, and where it goes; it is stored, and the mailbox is there.
    fn due(&self, state: &State) -> Option<(Cell, usize)> {
        let cell = state.peer[MEMORY].outbox.iter().find(|cell| cell.accepted != Some(state.epoch))?;
        let old = self.broken == Some(Broken::AppendedAgainToOld);
        let to = if old { cell.sealed_for } else { state.peer[MEMORY].to };
        let stored = state.peer[STORED].outbox.iter().any(|it| it.seq == cell.seq);
        (stored && state.mailboxes[to].is_some()).then_some((*cell, to))
    }

    /// What the peer makes of a note: what has come is dropped, what was lost is due again, and a `Mailbox` is receipted.
    fn hear(&self, peer: &Peer, (moved, come): (bool, u8)) -> Peer {
        let mut peer = peer.clone();
        peer.heard = Some((moved, come));
        peer.outbox.retain(|cell| come & (1 << cell.seq) == 0);
        for cell in &mut peer.outbox {
            if come >> cell.seq != 0 && self.broken != Some(Broken::DeletedWhenDelivered) {
                cell.accepted = None;
            }
        }
        if moved && peer.to == 0 {
            peer.to = 1;
            peer.seal();
        }
        peer
    }

    fn after(&self, state: &State, action: Move) -> State {
        let mut next = state.clone();
        match action {
            Move::Write => {
                next.written += 1;
                next.peer[MEMORY].seal();
            }
            Move::Rotate => {
                next.mover[MEMORY].moved = true;
                next.mailboxes[1] = Some(Vec::new());
            }
            Move::Store(true) => next.mover[STORED] = next.mover[MEMORY].clone(),
            Move::Store(false) => {
                next.peer[STORED] = next.peer[MEMORY].clone();
                next.peer[STORED].outbox.iter().for_each(|cell| next.kept |= 1 << cell.seq);
            }
            Move::Append(arrives, heard) => self.append(&mut next, arrives, heard),
            Move::Take(which) => next.take(which),
            Move::Acknowledge(which) => {
                let come = next.mover[STORED].come;
                next.mailboxes[which].iter_mut().for_each(|cells| cells.retain(|(seq, _)| come & (1 << seq) == 0));
            }
            Move::Say => next.note = Some((next.mover[MEMORY].moved, next.mover[MEMORY].come)),
            Move::Hear => {
                if let Some(note) = next.note {
                    next.peer[MEMORY] = self.hear(&next.peer[MEMORY], note);
                }
            }
            Move::Create(which) => next.mailboxes[which] = Some(Vec::new()),
            Move::Delete => {
                next.mailboxes[0] = None;
                next.mover[MEMORY].over = true;
            }
            Move::Drop => {
                next.mover[MEMORY].moved = false;
                next.mailboxes[1] = None;
            }
            Move::Crash(mover) => {
                next.left[0] -= 1;
                if mover {
                    next.mover[MEMORY] = next.mover[STORED].clone();
                } else {
                    next.peer[MEMORY] = next.peer[STORED].clone();
                }
            }
            Move::LoseMemory => {
                next.left[2] -= 1;
                next.epoch += 1;
                (next.mailboxes, next.note) = ([None, None], None);
            }
        }
        next
    }

    fn append(&self, state: &mut State, arrives: bool, heard: bool) {
        let Some((cell, to)) = self.due(state) else { return };
        if let Some(cells) = state.mailboxes[to].as_mut().filter(|_| arrives) {
            cells.push((cell.seq, cell.sealed_for == 1));
        }
        if !heard {
            state.left[1] -= 1;
            return;
        }
        let (epoch, mut outbox) = (state.epoch, state.peer[MEMORY].outbox.iter_mut());
        if let Some(own) = outbox.find(|own| own.seq == cell.seq) {
            own.accepted = Some(epoch);
        }
    }

    /// Where this leads when nothing more goes wrong, and nobody writes or moves.
    fn settled(&self, state: &State) -> State {
        let mut state = state.clone();
        while let Some(step) = self.steps(&state).first() {
            state = self.after(&state, *step);
        }
        state
    }
}

impl State {
    fn take(&mut self, which: usize) {
        for (seq, says) in self.mailboxes[which].iter().flatten() {
            let mover = &mut self.mover[MEMORY];
            mover.come |= 1 << seq;
            if *says && mover.delivered_by.is_none() {
                mover.delivered_by = Some(*seq);
            }
        }
    }
}

impl Peer {
    fn seal(&mut self) {
        self.last += 1;
        self.outbox.push(Cell { seq: self.last, sealed_for: self.to, accepted: None });
    }
}
