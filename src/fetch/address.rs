//! Which addresses belong to the public internet, by the IANA registries of special-purpose addresses:
//! <https://www.iana.org/assignments/iana-ipv4-special-registry> and `…ipv6…`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const SPECIAL_V4: [(Ipv4Addr, u32); 15] = [
    (Ipv4Addr::UNSPECIFIED, 8),          // this network; Linux takes it for this machine
    (Ipv4Addr::new(10, 0, 0, 0), 8),     // private
    (Ipv4Addr::new(100, 64, 0, 0), 10),  // behind a provider's NAT
    (Ipv4Addr::new(127, 0, 0, 0), 8),    // this machine
    (Ipv4Addr::new(169, 254, 0, 0), 16), // link-local; clouds keep their secrets there
    (Ipv4Addr::new(172, 16, 0, 0), 12),  // private
    (Ipv4Addr::new(192, 0, 0, 0), 24),   // protocols
    (Ipv4Addr::new(192, 0, 2, 0), 24),   // documentation
    (Ipv4Addr::new(192, 88, 99, 0), 24), // 6to4 relays, deprecated
    (Ipv4Addr::new(192, 168, 0, 0), 16), // private
    (Ipv4Addr::new(198, 18, 0, 0), 15),  // benchmarks
    (Ipv4Addr::new(198, 51, 100, 0), 24), // documentation
    (Ipv4Addr::new(203, 0, 113, 0), 24), // documentation
    (Ipv4Addr::new(224, 0, 0, 0), 4),    // multicast
    (Ipv4Addr::new(240, 0, 0, 0), 4),    // reserved, and broadcast
];

/// What is special inside of 2000::/3; all that is outside is refused anyway.
const SPECIAL_V6: [(Ipv6Addr, u32); 3] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23), // protocols, Teredo among them
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32), // documentation
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20), // documentation
];

/// True for an address of the public internet. An IPv6 address that stands for an IPv4 address is as public as that
/// one.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => match embedded(address) {
            Some(address) => is_public_v4(address),
            None => is_public_v6(address),
        },
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let bits = address.to_bits();
    !SPECIAL_V4.iter().any(|(network, prefix)| (bits ^ network.to_bits()) >> (32 - prefix) == 0)
}

/// Only 2000::/3 is given out for the public internet, so all the rest is refused without a list: this machine,
/// private (fc00::/7), link-local, multicast, IPv4 in its deprecated forms, and what is reserved today.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let bits = address.to_bits();
    bits >> 125 == 1
        && !SPECIAL_V6.iter().any(|(network, prefix)| (bits ^ network.to_bits()) >> (128 - prefix) == 0)
}

/// The IPv4 address to which packets for this one go in the end.
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    match address.segments() {
        // mapped: the kernel itself speaks IPv4 to it
        [0, 0, 0, 0, 0, 0xffff, high, low]
        // NAT64, RFC 6052
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        // 6to4, RFC 3056
        | [0x2002, high, low, ..] => {
            Some(Ipv4Addr::from_bits((u32::from(high) << 16) | u32::from(low)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn public(address: &str) -> bool {
        is_public(address.parse().expect("an address"))
    }

    /// First and last of each range, and the neighbours outside that are public.
    #[test]
    fn class_21_every_special_range_is_refused_from_its_first_to_its_last_address_and_no_further() {
        let ranges = [
            ("", "0.0.0.0", "0.255.255.255", "1.0.0.0"),
            ("9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0"),
            ("100.63.255.255", "100.64.0.0", "100.127.255.255", "100.128.0.0"),
            ("126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0"),
            ("169.253.255.255", "169.254.0.0", "169.254.255.255", "169.255.0.0"),
            ("172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0"),
            ("191.255.255.255", "192.0.0.0", "192.0.0.255", "192.0.1.0"),
            ("192.0.1.255", "192.0.2.0", "192.0.2.255", "192.0.3.0"),
            ("192.88.98.255", "192.88.99.0", "192.88.99.255", "192.88.100.0"),
            ("192.167.255.255", "192.168.0.0", "192.168.255.255", "192.169.0.0"),
            ("198.17.255.255", "198.18.0.0", "198.19.255.255", "198.20.0.0"),
            ("198.51.99.255", "198.51.100.0", "198.51.100.255", "198.51.101.0"),
            ("203.0.112.255", "203.0.113.0", "203.0.113.255", "203.0.114.0"),
            ("223.255.255.255", "224.0.0.0", "239.255.255.255", ""),
            ("", "240.0.0.0", "255.255.255.255", ""),
            ("", "2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:200::"),
            ("2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001::", "2001:0:ffff:ffff:ffff:ffff:ffff:ffff", ""),
            (
                "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff",
                "2001:db8::",
                "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
                "2001:db9::",
            ),
            (
                "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                "3fff::",
                "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff",
                "3fff:1000::",
            ),
            // all that is not 2000::/3, and in it what the registry names
            ("", "::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2000::"),
            ("", "::1", "::1", ""),
            ("", "::7f00:1", "::ffff", ""),
            ("", "64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", ""),
            ("", "100::", "100::ffff:ffff:ffff:ffff", ""),
            (
                "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                "4000::",
                "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                "",
            ),
            ("", "5f00::", "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ""),
            ("", "fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ""),
            ("", "fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ""),
            ("", "fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ""),
            ("", "ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ""),
        ];
        for (before, first, last, after) in ranges {
            assert!(!public(first), "{first} is special");
            assert!(!public(last), "{last} is special");
            for outside in [before, after].into_iter().filter(|address| !address.is_empty()) {
                assert!(public(outside), "{outside} is public");
            }
        }
    }

    #[test]
    fn class_21_an_ipv4_address_inside_of_an_ipv6_address_is_judged_as_itself() {
        for special in
            ["127.0.0.1", "10.0.0.0", "10.255.255.255", "169.254.169.254", "0.0.0.0", "255.255.255.255"]
        {
            for address in dressed(special) {
                assert!(!is_public(address), "{address} is {special}");
            }
        }
        for outside in ["1.0.0.0", "9.255.255.255", "11.0.0.0", "93.184.215.14"] {
            for address in dressed(outside) {
                assert!(is_public(address), "{address} is {outside}");
            }
        }
        // the neighbours of the networks that are unpacked are refused as reserved, whatever they end with
        for reserved in
            ["::fffe:5db8:d70e", "0:0:0:0:1:ffff:5db8:d70e", "64:ff9b::1:5db8:d70e", "64:ff9a::5db8:d70e"]
        {
            assert!(!public(reserved), "{reserved}");
        }
        assert!(public("2003::7f00:1"), "only 2002::/16 is unpacked");
    }

    fn dressed(address: &str) -> [IpAddr; 4] {
        let [a, b, c, d] = address.parse::<Ipv4Addr>().expect("an address").octets();
        [
            format!("::ffff:{address}"),
            format!("64:ff9b::{address}"),
            format!("2002:{a:02x}{b:02x}:{c:02x}{d:02x}::"),
            format!("2002:{a:02x}{b:02x}:{c:02x}{d:02x}:ffff:ffff:ffff:ffff:ffff"),
        ]
        .map(|text| text.parse().expect("an address"))
    }
}
