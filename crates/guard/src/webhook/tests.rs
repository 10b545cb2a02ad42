use alloc::{string::String, vec::Vec};

use portcullis_wire::{guard::WebhookReason as Reason, policy::WebhooksSection};
use proptest::prelude::*;

use super::{Rules, Verdict, check};

const PUBLIC: &[&str] = &["93.184.216.34"];

fn open() -> Rules {
    let section = WebhooksSection {
        allow_domains: None,
        ports: None,
        allow_ip_literals: true,
        ..WebhooksSection::default()
    };
    Rules::new(&section).unwrap()
}

fn listed() -> Rules {
    let domains = ["example.com", "*.hooks.example.com", "xn--bcher-kva.example"];
    let section = WebhooksSection {
        allow_domains: Some(domains.map(Into::into).into()),
        ports: Some(Vec::from([443, 8443])),
        ..WebhooksSection::default()
    };
    Rules::new(&section).unwrap()
}

#[track_caller]
fn blocked(rules: &Rules, url: &str, addresses: &[&str]) -> Reason {
    match check(rules, url, addresses) {
        Verdict::Block(reason) => reason,
        Verdict::Allow { host, .. } => panic!("{url} is allowed, to {host}"),
    }
}

#[track_caller]
fn allowed(rules: &Rules, url: &str, addresses: &[&str]) -> (String, u16, Vec<String>) {
    match check(rules, url, addresses) {
        Verdict::Allow { host, port, connect } => {
            (host, port, connect.iter().map(|address| alloc::format!("{address}")).collect())
        }
        Verdict::Block(reason) => panic!("{url}: {reason:?}"),
    }
}

#[test]
fn an_allowed_webhook_names_the_addresses_to_connect_to_each_once() {
    let addresses = ["93.184.216.34", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "93.184.216.34"];
    let (host, port, connect) = allowed(&open(), "https://Events.Example.NET/x", &addresses);
    assert_eq!((host.as_str(), port), ("events.example.net", 443));
    assert_eq!(connect, addresses[..2]);
}

#[test]
fn one_address_that_is_not_public_refuses_the_name() {
    for hidden in ["127.0.0.1", "::ffff:10.0.0.1", "169.254.169.254", "fe80::1", "0.0.0.0"] {
        let reason = blocked(&open(), "https://mixed.example.net/", &["93.184.216.34", hidden]);
        assert_eq!(reason, Reason::AddressNotPublic, "{hidden}");
    }
    assert_eq!(blocked(&listed(), "https://example.com/", &["10.0.0.5"]), Reason::AddressNotPublic);
}

#[test]
fn a_name_without_a_usable_answer_is_blocked() {
    assert_eq!(blocked(&open(), "https://example.net/", &[]), Reason::NotResolved);
    for address in ["", "127.1", "0x7f.0.0.1", "fe80::1%eth0", "93.184.216.34:80", "010.0.0.1", "example.net"]
    {
        assert_eq!(blocked(&open(), "https://example.net/", &[address]), Reason::AddressInvalid, "{address}");
    }
}

#[test]
fn an_address_in_any_spelling_but_the_usual_one_is_blocked() {
    for host in [
        "0x7f.0x0.0x0.0x1",
        "127.0.1",
        "127.1",
        "2130706433",
        "0X7F000001",
        "017700000001",
        "127.0.0.1.",
        "%31%32%37%2e%30%2e%30%2e%31",
        "①②⑦.⓪.⓪.①",
        "１２７.0.0.1",
        "127。0。0。1",
        "127．0．0．1",
        "127｡0｡0｡1",
        "१२७.०.०.१",
        "۱۲۷.۰.۰.۱",
        "127.0.0.१",
        "example.xn--e4b",
        "256.0.0.1",
        "4294967296",
        "0xfffffffff",
        "1.2.3.4.5",
        "127.0.0.1.1",
        "0x7g.0.0.1",
        "08.8.8.8",
        "8.8.8.010",
        "1.1.1",
        "0x08.8.8.8",
        "134744072",
    ] {
        let reason = blocked(&open(), &alloc::format!("https://{host}/"), PUBLIC);
        assert_eq!(reason, Reason::HostInvalid, "{host}");
    }
}

#[test]
fn a_literal_address_must_be_allowed_and_public() {
    assert_eq!(allowed(&open(), "https://1.1.1.1/x", &[]).2, ["1.1.1.1"]);
    assert_eq!(allowed(&open(), "https://[2606:4700:4700::1111]:444/", &[]).0, "[2606:4700:4700::1111]");
    assert_eq!(blocked(&listed(), "https://93.184.216.34/", PUBLIC), Reason::IpLiteral);
    for host in ["10.0.0.1", "[::1]", "[::ffff:8.8.8.8]", "[64:ff9b::808:808]", "[2002:808:808::1]"] {
        let url = alloc::format!("https://{host}/");
        assert_eq!(blocked(&open(), &url, &[]), Reason::AddressNotPublic, "{host}");
    }
    for host in ["[::1%25eth0]", "[fe80::1%eth0]", "[::1", "[]", "[::1]x", "[1.1.1.1]"] {
        assert_eq!(
            blocked(&open(), &alloc::format!("https://{host}/"), PUBLIC),
            Reason::HostInvalid,
            "{host}"
        );
    }
}

#[test]
fn what_parsers_drop_or_repair_is_blocked() {
    for (url, reason) in [
        ("", Reason::Scheme),
        ("https://", Reason::HostInvalid),
        ("https:///example.com/", Reason::HostInvalid),
        ("https://:443/", Reason::HostInvalid),
        ("https:example.com/", Reason::Scheme),
        ("https:/example.com/", Reason::Scheme),
        ("http://example.com/", Reason::Scheme),
        ("blob:https://example.com/1", Reason::Scheme),
        (" https://example.com/", Reason::Character),
        ("https://example.com/\u{a0}", Reason::Character),
        ("https:/\\example.com/", Reason::Character),
        ("https://example.com\tevil.net/", Reason::Character),
        ("https://example.com\u{0}/", Reason::Character),
        ("https://exam\u{200b}ple.com/", Reason::Character),
        ("https://exam\u{ad}ple.com/", Reason::Character),
        ("https://example.com%20/", Reason::HostInvalid),
        ("https://exa%mple.com/", Reason::HostInvalid),
        ("https://example.com^evil.net/", Reason::HostInvalid),
        ("https://example.com./", Reason::HostInvalid),
        ("https://example..com/", Reason::HostInvalid),
        ("https://xn--.com/", Reason::HostInvalid),
        ("https://example.com.xn--/", Reason::HostInvalid),
        ("https://example.com:443:443/", Reason::PortInvalid),
        ("https://example.com:/", Reason::PortInvalid),
        ("https://example.com:0443/", Reason::PortInvalid),
        ("https://example.com:+443/", Reason::PortInvalid),
        ("https://example.com:65536/", Reason::PortInvalid),
        ("https://example.com:４４３/", Reason::PortInvalid),
        ("https://user:pw@example.com/", Reason::Userinfo),
        ("https://@example.com/", Reason::Userinfo),
        ("https://example.com@evil.net/", Reason::Userinfo),
        ("https://example.com#@evil.net/", Reason::Userinfo),
        ("https://example.com?@evil.net/", Reason::Userinfo),
    ] {
        assert_eq!(blocked(&listed(), url, PUBLIC), reason, "{url:?}");
    }
    let label = "a".repeat(64);
    assert_eq!(blocked(&open(), &alloc::format!("https://{label}.net/"), PUBLIC), Reason::HostInvalid);
    let path = "p".repeat(super::MAX_URL_BYTES);
    assert_eq!(blocked(&open(), &alloc::format!("https://example.com/{path}"), PUBLIC), Reason::TooLong);
}

#[test]
fn domains_are_compared_whole_and_by_whole_labels() {
    for host in [
        "example.com",
        "EXAMPLE.com",
        "a.hooks.example.com",
        "a.b.hooks.example.com",
        "bücher.example",
        "BÜCHER.example",
    ] {
        allowed(&listed(), &alloc::format!("https://{host}/hook"), PUBLIC);
    }
    for host in [
        "www.example.com",
        "hooks.example.com",
        "evilhooks.example.com",
        "example.com.evil.net",
        "notexample.com",
        "example.сom",
        "examp1e.com",
        "example.co",
        "com",
    ] {
        let reason = blocked(&listed(), &alloc::format!("https://{host}/hook"), PUBLIC);
        assert!(matches!(reason, Reason::DomainNotAllowed | Reason::HostLocal), "{host}: {reason:?}");
    }
    // Mapped to other characters, among them dots.
    for host in ["example。com.evil.net", "ⓔⓧⓐⓜⓟⓛⓔ.ⓒⓞⓜ", "ｅxample.com", "\u{212a}.example.com", "lⓞcalhost"]
    {
        for rules in [listed(), open()] {
            let reason = blocked(&rules, &alloc::format!("https://{host}/hook"), PUBLIC);
            assert_eq!(reason, Reason::HostInvalid, "{host}");
        }
    }
}

#[test]
fn names_that_only_this_network_knows_are_blocked() {
    for host in [
        "localhost",
        "LocalHost",
        "a.localhost",
        "localhost.localdomain",
        "printer.local",
        "metadata.google.internal",
        "kubernetes.default.svc",
        "a.invalid",
        "intranet",
    ] {
        assert_eq!(blocked(&open(), &alloc::format!("https://{host}/"), PUBLIC), Reason::HostLocal, "{host}");
    }
    for host in ["localhost.example.org", "internal-api.example.org", "1e100.net", "my_hook.example.org"] {
        allowed(&open(), &alloc::format!("https://{host}/"), PUBLIC);
    }
}

#[test]
fn ports_are_those_of_the_policy_or_not_another_protocols() {
    allowed(&listed(), "https://example.com:8443/", PUBLIC);
    assert_eq!(blocked(&listed(), "https://example.com:9443/", PUBLIC), Reason::PortNotAllowed);
    allowed(&open(), "https://example.com:9443/", PUBLIC);
    for port in [22, 25, 6667] {
        let url = alloc::format!("https://example.com:{port}/");
        assert_eq!(blocked(&open(), &url, PUBLIC), Reason::PortNotAllowed);
    }
}

#[test]
fn what_stands_behind_the_host_is_not_looked_at() {
    for rest in [
        "/a@b",
        "/http://169.254.169.254/",
        "/%2e%2e/admin",
        "/a/../b",
        "/%40evil.net",
        "/localhost",
        "/ünicöde",
        "?a=b@c",
        "#part",
        "",
    ] {
        allowed(&listed(), &alloc::format!("https://example.com{rest}"), PUBLIC);
    }
}

#[test]
fn without_a_list_nothing_is_allowed() {
    let rules = Rules::new(&WebhooksSection::default()).unwrap();
    assert_eq!(blocked(&rules, "https://example.com/", PUBLIC), Reason::DomainNotAllowed);
}

#[test]
fn mistakes_of_the_policy_are_all_found() {
    let section = WebhooksSection {
        schemes: Vec::from(["http".into()]),
        allow_domains: Some(
            ["ok.example.com", "*.1.2.3.4", "https://x.net", "localhost", "*.*.net"].map(Into::into).into(),
        ),
        ports: Some(Vec::from([443, 0])),
        ..WebhooksSection::default()
    };
    let findings = Rules::new(&section).unwrap_err();
    let paths: Vec<_> = findings.iter().map(|finding| finding.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "/webhooks/schemes",
            "/webhooks/allow_domains/1",
            "/webhooks/allow_domains/2",
            "/webhooks/allow_domains/3",
            "/webhooks/allow_domains/4",
            "/webhooks/ports/1",
        ]
    );
}

proptest! {
    #[test]
    fn any_text_is_answered(url in "\\PC*", address in "[0-9a-f:.]{0,40}") {
        let _ = check(&open(), &url, &[&address]);
    }

    #[test]
    fn the_parser_of_clients_finds_the_same_host_and_port(
        scheme in "(https|HTTPS|http)?:?/{0,3}|https://",
        userinfo in "|[a-z:%@]{0,6}@",
        host in "[a-c1-9x.-]{1,12}|[0-9a-fx.]{1,15}|\\[[0-9a-f:.]{1,20}\\]|[a-zA-Zäёßשﬁ①。%2e]{1,8}(\\.[a-z]{2,5}){0,2}",
        port in "|:|:[0-9]{1,5}|:443",
        rest in "[a-z/?#@:\\[\\]%.]{0,12}",
    ) {
        let url = alloc::format!("{scheme}{userinfo}{host}{port}{rest}");
        let section = WebhooksSection {
            allow_domains: None, ports: None, allow_ip_literals: true, allow_userinfo: true, ..WebhooksSection::default()
        };
        if let Verdict::Allow { host, port, .. } = check(&Rules::new(&section).unwrap(), &url, PUBLIC) {
            let parsed = url::Url::parse(&url);
            prop_assert!(parsed.is_ok(), "{}", url);
            let parsed = parsed.unwrap();
            prop_assert_eq!((parsed.host_str(), parsed.port_or_known_default()), (Some(&*host), Some(port)), "{}", url);
        }
    }

    #[test]
    fn whatever_surrounds_a_listed_domain_only_that_domain_is_reached(
        before in "[a-z.@:/\\\\%#?]{0,12}", after in "[a-z.@:/\\\\%#?]{0,12}",
    ) {
        let url = alloc::format!("https://{before}example.com{after}");
        if let Verdict::Allow { host, .. } = check(&listed(), &url, PUBLIC) {
            prop_assert!(host == "example.com" || host.ends_with(".hooks.example.com"), "{url}: {host}");
        }
    }

    #[test]
    fn no_private_address_is_ever_connected_to(parts: [u8; 4]) {
        let address = core::net::Ipv4Addr::from(parts);
        let text = alloc::format!("{address}");
        let verdict = check(&open(), "https://example.net/", &[&text]);
        if address.is_private() || address.is_loopback() || address.is_link_local() || address.is_multicast() {
            prop_assert_eq!(verdict, Verdict::Block(Reason::AddressNotPublic));
        }
    }
}
