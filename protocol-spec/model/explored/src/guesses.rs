//! Attempts at a word, counted across crashes. Spec: pairing.md "Guesses"; proof.md "The asker", "The answerer".
//!
//! One machine for both sides, because the rule is one: what an attempt costs is stored before the cell leaves. An *inviter* judges an
//! answer and sends the verdict; a *joiner* takes a word from the person and sends the answer. The other side is hostile: it sends
//! whatever it likes, as often as it likes, and kills the program at the worst moment. Which words are right is left out.

use stateright::{Model, Property};

/// `ATTEMPTS_MAX`, README "Limits".
pub const ATTEMPTS_MAX: u8 = 3;
/// Different words, or answers, that the machine is tried with: one more than it may take, and one to spare.
pub const TRIED: u8 = ATTEMPTS_MAX + 2;

/// What is explored.
#[derive(Clone, Debug)]
pub struct Guesses {
    /// Times that the program is killed.
    pub crashes: u8,
    /// The rule that this one does not keep.
    pub broken: Option<Broken>,
}

/// A rule of the spec that a program could get wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    /// "Either MUST be durable before the cell leaves": here the cell leaves first, and the attempt is counted after it.
    CountedAfterSending,
    /// The number of attempts is stored, the offer that was used up is not.
    OfferKept,
    /// "The very cell that was answered last: the same reply"; earlier: `Stale`. Here either is judged and counted.
    RepeatJudged,
}

/// What a device keeps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Kept {
    /// Attempts that were spent.
    pub spent: u8,
    /// The offer that is open: M1 of this attempt, with its scalars.
    pub offer: u8,
    /// Cells that were answered, each as the attempt that it cost and the word in it; the reply to the last one is kept.
    pub answered: Vec<(u8, u8)>,
}

/// All there is at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    /// What a crash leaves.
    pub stored: Kept,
    /// What the program works on.
    pub memory: Kept,
    /// Whether the reply to the last of `memory.answered` waits to leave.
    pub waiting: bool,
    /// Crashes that are left.
    pub crashes: u8,
    /// Offer and word of everything that the other side learned something about, in the order of the learning.
    pub learned: Vec<(u8, u8)>,
}

/// One thing that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Move {
    /// An answer comes, or a word is typed.
    Try(u8),
    /// The state is stored.
    Store,
    /// The cell leaves.
    Send,
    /// The program ends and starts again.
    Crash,
}

impl Model for Guesses {
    type State = State;
    type Action = Move;

    fn init_states(&self) -> Vec<State> {
        let (stored, memory) = (Kept::default(), Kept::default());
        vec![State { stored, memory, waiting: false, crashes: self.crashes, learned: Vec::new() }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Move>) {
        if !state.waiting {
            actions.extend((0..TRIED).map(Move::Try));
        }
        if state.stored != self.to_store(&state.memory) {
            actions.push(Move::Store);
        }
        let stored = state.stored == self.to_store(&state.memory);
        if state.waiting && (stored || self.broken == Some(Broken::CountedAfterSending)) {
            actions.push(Move::Send);
        }
        if state.crashes > 0 {
            actions.push(Move::Crash);
        }
    }

    fn next_state(&self, state: &State, action: Move) -> Option<State> {
        let mut next = state.clone();
        match action {
            Move::Try(word) => self.take(&mut next, word),
            Move::Store => next.stored = self.to_store(&next.memory),
            Move::Send => {
                next.waiting = false;
                let said = next.memory.answered.last()?;
                if !next.learned.contains(said) {
                    next.learned.push(*said);
                }
            }
            Move::Crash => {
                next.crashes -= 1;
                next.memory = next.stored.clone();
                next.waiting = false;
            }
        }
        (next != *state).then_some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::always("no more than ATTEMPTS_MAX words are told about", |_, state: &State| {
                state.learned.len() <= usize::from(ATTEMPTS_MAX)
            }),
            Property::always("one offer tells about one word", |_, state: &State| {
                let of = |offer| state.learned.iter().filter(|(it, _)| *it == offer).count();
                (0..=ATTEMPTS_MAX).all(|offer| of(offer) <= 1)
            }),
            Property::always("what was told about is on record", |_, state: &State| {
                state.learned.len() <= usize::from(state.stored.spent)
            }),
            Property::always("the same cell costs one attempt", |_, state: &State| {
                (0..TRIED).all(|word| state.learned.iter().filter(|(_, it)| *it == word).count() <= 1)
            }),
            Property::sometimes("all attempts are spent", |_, state: &State| {
                state.learned.len() == usize::from(ATTEMPTS_MAX)
            }),
            Property::sometimes("a reply waits again after a crash", |model: &Self, state: &State| {
                state.waiting && state.crashes < model.crashes && state.learned.last() == state.stored.answered.last()
            }),
        ]
    }
}

impl Guesses {
    fn take(&self, state: &mut State, word: u8) {
        let memory = &mut state.memory;
        let before = memory.answered.iter().position(|(_, it)| *it == word);
        let last = memory.answered.len().wrapping_sub(1);
        match before.filter(|_| self.broken != Some(Broken::RepeatJudged)) {
            Some(place) => state.waiting = place == last,
            None if memory.spent < ATTEMPTS_MAX => {
                memory.answered.push((memory.offer, word));
                memory.spent += 1;
                memory.offer += 1;
                state.waiting = true;
            }
            None => {}
        }
    }

    fn to_store(&self, memory: &Kept) -> Kept {
        let mut kept = memory.clone();
        if self.broken == Some(Broken::OfferKept) {
            (kept.offer, kept.answered) = (0, Vec::new());
        }
        kept
    }
}
