//! The counters in Prometheus's text format: a name, a number, and what it means. Nothing has a label that could tell one
//! client from another.

use std::fmt::{Display, Write};

use super::process::Process;
use crate::config::Quotas;
use crate::stats::Stats;

/// The page.
pub(super) fn render(stats: &Stats, quotas: &Quotas, answers: bool, draining: bool) -> String {
    // Named one by one, so that a counter without a line here does not compile.
    let Stats {
        connections,
        connections_open,
        refused_busy,
        refused_network,
        made_way,
        refused_hello,
        frames_in,
        frames_out,
        frame_lengths_in: _,
        frame_lengths_out: _,
        frames_rejected,
        slow_readers,
        idle,
        buffered,
        queued_most,
        commands_done,
        commands_refused,
        refused_full,
        refused_unavailable,
        cells_in,
        cells_out,
        cells,
        mailboxes,
        bytes,
    } = stats;
    let mut page = Page::default();
    page.gauge("store_up", "Whether the store answers", u8::from(answers));
    page.gauge("draining", "Whether the relay shuts down", u8::from(draining));
    page.counter("connections_total", "Connections accepted", connections);
    page.counter("connections_refused_busy_total", "Connections refused for want of room", refused_busy);
    page.counter(
        "connections_refused_network_total",
        "Connections refused because their network has its share",
        refused_network,
    );
    page.counter("connections_made_way_total", "Connections closed for others because they said nothing", made_way);
    page.counter("hellos_refused_total", "Hellos not understood, or not in time", refused_hello);
    page.gauge("connections_open", "Connections open", connections_open);
    page.gauge("connections_quota", "Connections there is room for", quotas.connections);
    page.counter("slow_readers_total", "Connections cut off because the client did not read", slow_readers);
    page.counter("idle_total", "Connections cut off because the client said nothing", idle);
    page.counter("frames_in_total", "Frames read", frames_in);
    page.counter("frames_out_total", "Frames written", frames_out);
    page.counter("frames_rejected_total", "Frames that broke the protocol", frames_rejected);
    page.gauge("buffered_bytes", "Bytes that the buffers of all connections hold", buffered);
    page.gauge("buffered_bytes_quota", "Bytes that they may hold", quotas.connection_bytes);
    page.gauge("queued_most_bytes", "The most bytes ever queued for one connection", queued_most);
    page.counter("commands_done_total", "Commands carried out", commands_done);
    page.counter("commands_refused_total", "Commands refused", commands_refused);
    page.counter("commands_refused_full_total", "Of these, because the store was full", refused_full);
    page.counter(
        "commands_refused_unavailable_total",
        "Of these, because the store did not answer",
        refused_unavailable,
    );
    page.counter("cells_in_total", "Cells taken in", cells_in);
    page.counter("cells_out_total", "Cells pushed, those pushed again among them", cells_out);
    page.gauge("cells", "Cells stored", cells);
    page.gauge("mailboxes", "Mailboxes", mailboxes);
    page.gauge("stored_bytes", "Bytes stored, bookkeeping included", bytes);
    page.gauge("stored_bytes_quota", "Bytes there is room for", quotas.bytes);
    page.process(Process::now());
    page.0
}

#[derive(Default)]
struct Page(String);

impl Page {
    fn counter(&mut self, name: &str, help: &str, value: impl Display) {
        self.sample(&format!("nightjar_relay_{name}"), "counter", help, value);
    }

    fn gauge(&mut self, name: &str, help: &str, value: impl Display) {
        self.sample(&format!("nightjar_relay_{name}"), "gauge", help, value);
    }

    /// Under the names that every program has for these.
    fn process(&mut self, process: Option<Process>) {
        let Some(Process { resident, files, files_max }) = process else { return };
        self.sample("process_resident_memory_bytes", "gauge", "Memory in use", resident);
        self.sample("process_open_fds", "gauge", "Files and sockets open", files);
        self.sample("process_max_fds", "gauge", "Files and sockets that may be open", files_max);
    }

    fn sample(&mut self, name: &str, kind: &str, help: &str, value: impl Display) {
        // Writing to a text does not fail.
        let _ = writeln!(self.0, "# HELP {name} {help}.\n# TYPE {name} {kind}\n{name} {value}");
    }
}

/// The content type of the page.
pub(super) const TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_sample_has_its_own_name_a_kind_and_a_meaning() {
        let stats = Stats { cells: 7, ..Stats::default() };
        let page = render(&stats, &Quotas::default(), true, false);
        let lines: Vec<_> = page.lines().collect();
        let mut names = BTreeSet::new();
        for sample in lines.chunks(3) {
            let [help, kind, value] = sample else { panic!("{sample:?}") };
            let (name, number) = value.split_once(' ').unwrap();
            assert!(names.insert(name), "{name} twice");
            assert!(number.parse::<u64>().is_ok(), "{value}");
            assert!(help.starts_with(&format!("# HELP {name} ")) && help.ends_with('.'), "{help}");
            let expected = if name.ends_with("_total") { "counter" } else { "gauge" };
            assert_eq!(kind, &format!("# TYPE {name} {expected}"));
        }
        assert!(lines.contains(&"nightjar_relay_cells 7") && lines.contains(&"nightjar_relay_store_up 1"), "{page}");
    }
}
