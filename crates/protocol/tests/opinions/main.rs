//! Second opinions on every primitive, through our own wrappers: what others published for everybody's use.

mod figures;
mod hangul;
mod wycheproof;
