//! What goes wrong in a world, and how often.

use crate::dice::Dice;
use crate::relay::shelf::Temper;
use crate::time::{MINUTE, Millis, SECOND};

/// The kind of a world.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Weather {
    /// Links break.
    Calm,
    /// Links break, people are cut off, programs and the relay are killed, the relay loses its memory, calendars are wrong.
    Rough,
    /// And whoever knows a mailbox puts cells into it, old ones, others' and noise; the relay's store refuses at times.
    Crowded,
    /// As rough, and the relay's time of day jumps.
    Jumping,
    /// The relay lies about all that it can lie about.
    Lying,
}

impl Weather {
    pub fn of(dice: &mut Dice) -> Self {
        match dice.below(100) {
            0..10 => Self::Calm,
            10..50 => Self::Rough,
            50..75 => Self::Crowded,
            75..85 => Self::Jumping,
            _ => Self::Lying,
        }
    }

    /// What worlds of this kind are counted as.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Calm => "worlds: calm",
            Self::Rough => "worlds: rough",
            Self::Crowded => "worlds: crowded",
            Self::Jumping => "worlds: the relay's time jumps",
            Self::Lying => "worlds: the relay lies",
        }
    }

    /// Whether the relay keeps what it is given, as long as it runs, and tells the right time.
    pub const fn is_honest(self) -> bool {
        matches!(self, Self::Calm | Self::Rough | Self::Crowded)
    }

    /// How the relay behaves for the next while.
    pub fn temper(self, dice: &mut Dice) -> Temper {
        let mut some = |most: u64| if dice.percent(50) { dice.below(most) } else { 0 };
        let crowded = Temper {
            unavailable: some(150),
            full: some(150),
            replay: some(300),
            foreign: some(200),
            garbage: some(300),
            ..Temper::default()
        };
        match self {
            Self::Calm | Self::Rough | Self::Jumping => Temper::default(),
            Self::Crowded => crowded,
            Self::Lying => {
                Temper { unknown: some(150), drop: some(200), reorder: some(400), stale: some(200), ..crowded }
            }
        }
    }

    /// When the next fault comes.
    pub fn next_fault(self, dice: &mut Dice) -> Millis {
        let most = *dice.pick(&[2 * SECOND, 20 * SECOND, 2 * MINUTE, 20 * MINUTE]);
        1 + dice.below(most)
    }
}
