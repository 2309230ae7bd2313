//! Links, spoken codes and relay addresses: no panic, and each has one way to be written, which reads as the same.

use crate::invite::link;
use nightjar_protocol::invite::{Invite, Link, RelayAddress};

/// Tries an input.
pub fn run(data: &[u8]) {
    // Bytes under a checksum that fits: what is read of them is written the same.
    let text = link(data);
    if let Ok(read) = Link::parse(&text) {
        assert_eq!(*read.text(), text);
        assert_eq!(&read.relay().text().parse::<RelayAddress>().unwrap(), read.relay());
    }
    let Ok(text) = str::from_utf8(data) else { return };
    if let Ok(invite) = Invite::parse(text) {
        assert_eq!(*Invite::parse(&invite.text()).unwrap().text(), *invite.text());
    }
    if let Ok(address) = text.parse::<RelayAddress>() {
        assert_eq!(address.text().parse::<RelayAddress>().unwrap(), address);
        // What is shown names the same relay and no access key.
        let shown: RelayAddress = address.to_string().parse().unwrap();
        assert!(shown.is_same_relay(&address) && shown.access().is_none());
    }
}
