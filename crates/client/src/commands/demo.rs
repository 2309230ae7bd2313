//! (being written)
use super::Context;
use crate::cli::Demo;
use crate::failure::Failure;
pub(super) fn run(_: &Context<'_>, _: &Demo) -> Result<(), Failure> {
    Err(Failure::internal("demo"))
}
