//! `demo`: a relay and four people, each a process of this very program, over a real socket. It checks every step itself.

mod actor;
mod money;
pub mod samples;
mod script;
mod spy;
mod stage;
mod wire;

use std::time::Instant;

use super::Context;
use crate::args;
use crate::cli::Demo;
use crate::event::Event;
use crate::failure::{Failure, Kind};
use crate::terminal::Style;
use script::STEPS;
use stage::Stage;

pub(super) fn run(context: &Context<'_>, options: &Demo) -> Result<(), Failure> {
    let output = context.output;
    output.answer(Style::Strong, "demo-title", &[])?;
    let start = Instant::now();
    let mut stage = Stage::set(output, options.speed)?;
    for (number, (name, step)) in (1_u8..).zip(STEPS) {
        let title = output.text(&format!("demo-step-{name}"), &[]);
        output.result("")?;
        output.answer(Style::Strong, "demo-step", args![number = number, total = STEPS.len(), title = &title])?;
        let outcome = step(&mut stage);
        output.event(Event::DemoStep { step: number, name, ok: outcome.is_ok() })?;
        match outcome {
            Ok(()) => output.answer(Style::Good, "demo-happened", &[])?,
            Err(what) => {
                output.answer(Style::Bad, "demo-failed", args![what = what.as_str()])?;
                stage.complain();
                let failed = STEPS.len() + 1 - usize::from(number);
                output.answer(Style::Bad, "demo-some", args![count = failed, total = STEPS.len()])?;
                return Err(Failure::new(Kind::Demo).text("step", title));
            }
        }
    }
    output.result("")?;
    let seconds = start.elapsed().as_secs();
    output.answer(Style::Good, "demo-all", args![total = STEPS.len(), seconds = seconds])
}
