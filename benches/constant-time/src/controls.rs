//! Controls: what has to be reported, if no report is to mean anything. Each branch calls something that the compiler can
//! neither look into nor merge, so that it cannot select instead.

use std::hint::black_box;

use crate::Case;
use crate::secret::{holds_secret, secret};

pub const CASES: &[Case] = &[
    Case { name: "control: compared byte by byte", pins: &[("early_exit", 32)], work: compared },
    Case { name: "control: a branch on a secret", pins: &[("branch", 1)], work: branched },
    Case { name: "control: a table at a secret place", pins: &[("look_up", 1)], work: looked_up },
    Case { name: "control: a secret put together", pins: &[], work: combined },
];

fn compared() -> bool {
    let (left, right) = (secret([7; 32]), black_box([7; 32]));
    black_box(early_exit(&left, &right))
}

fn branched() -> bool {
    branch(secret(7)) == 2
}

fn looked_up() -> bool {
    let table = black_box(std::array::from_fn(|place| u8::try_from(place).unwrap_or_default()));
    // The place is secret, what lies there is not.
    look_up(&table, secret(7)) == 7
}

fn combined() -> bool {
    let key = secret([7_u8; 32]);
    holds_secret(&[key.iter().fold(0, |sum: u8, byte| sum.wrapping_add(byte.rotate_left(3) ^ 0x5a))])
}

#[inline(never)]
fn early_exit(left: &[u8; 32], right: &[u8; 32]) -> bool {
    for (left, right) in left.iter().zip(right) {
        if left != right {
            return black_box(false);
        }
        goes_on();
    }
    black_box(true)
}

#[inline(never)]
fn branch(key: u8) -> usize {
    if key == 7 { one_way() } else { other_way() }
}

#[inline(never)]
fn look_up(table: &[u8; 256], place: u8) -> u8 {
    table[usize::from(place)]
}

#[inline(never)]
fn goes_on() {
    black_box(0_u32);
}

#[inline(never)]
fn one_way() -> usize {
    black_box("ab").len()
}

#[inline(never)]
fn other_way() -> usize {
    black_box([1_u16, 2, 3]).iter().map(|it| usize::from(*it)).sum()
}
