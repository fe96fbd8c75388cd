//! Protobuf beside a real registry: what reads what; and beside `protoc`: what is a file.

mod edges;
mod file;
mod generate;
mod rows;
mod validity;

use generate::Generator;
use rows::{Peer, ROWS};
use schema::compatibility::{Difference, Effect, Policy, compare, rules};
use schema::{Document, Format, Source, Strictness};

use crate::apicurio::{Apicurio, Pair, Verdict};

/// How many pairs are made.
const PAIRS: u64 = 500;

/// A file as people write it.
pub(crate) fn sample(seed: u64) -> String {
    Generator::new(seed).file().text()
}

fn parse(text: &str) -> Option<Document> {
    Document::parse(&Source::new(Format::Protobuf, text), Strictness::Strict).document
}

fn differences(pair: &Pair) -> Option<Vec<Difference>> {
    compare(&parse(&pair.reader)?, &parse(&pair.writer)?, Policy::Strict)
}

fn with_syntax(text: &str) -> String {
    if text.starts_with("syntax") { text.to_owned() } else { format!("syntax = \"proto3\"; {text}") }
}

fn pairs() -> Vec<Pair> {
    let written = ROWS.iter().map(|(_, [writer, reader], ..)| [with_syntax(writer), with_syntax(reader)]);
    let mut pairs: Vec<_> = written.map(|[writer, reader]| Pair { writer, reader }).collect();
    for seed in 0..PAIRS {
        let mut generator = Generator::new(seed);
        let writer = generator.file();
        let reader = generator.changed(&writer);
        pairs.push(Pair { writer: writer.text(), reader: reader.text() });
    }
    pairs
}

fn row(rule: &str) -> &'static rows::Row {
    ROWS.iter().find(|row| row.0 == rule).unwrap_or_else(|| panic!("{rule} has no row"))
}

/// What the table says Apicurio says of these differences.
fn foretold(found: &[Difference]) -> Peer {
    found.iter().map(|one| row(one.rule.name).2).max().unwrap_or(Peer::Accepts)
}

fn told(found: &[Difference]) -> Vec<String> {
    found.iter().map(|one| format!("{:?} {}", one.effect, one.rule.name)).collect()
}

#[test]
fn every_rule_has_a_row_whose_pair_it_finds() {
    for rule in rules().filter(|rule| rule.format == Format::Protobuf) {
        let (_, [writer, reader], peer, why) = row(rule.name);
        let pair = Pair { writer: with_syntax(writer), reader: with_syntax(reader) };
        let found = differences(&pair).unwrap_or_else(|| panic!("{pair:?}"));
        assert!(found.iter().any(|one| one.rule == rule), "{}: {:?}", rule.name, told(&found));
        let expected = if rule.effect == Effect::Breaking { Peer::Refuses } else { Peer::Accepts };
        assert!(*peer == expected || !why.is_empty(), "{} needs a reason", rule.name);
    }
}

#[test]
fn agrees_with_apicurio_or_says_why_not() {
    let pairs = pairs();
    let verdicts = Apicurio::shared().judge("PROTOBUF", &pairs);
    let (mut wrong, mut agreed, mut decided) = (Vec::new(), 0, 0);
    for (pair, verdict) in pairs.iter().zip(&verdicts) {
        let found = differences(pair).unwrap_or_else(|| panic!("{pair:?} is not read"));
        let peer = match verdict {
            Verdict::Accepts => Peer::Accepts,
            Verdict::Refuses(_) => Peer::Refuses,
            Verdict::Fails(words) => panic!("{words}: {pair:?}"),
        };
        let foretold = foretold(&found);
        let is_breaking = found.iter().any(|one| one.effect == Effect::Breaking);
        agreed += usize::from(is_breaking == (peer == Peer::Refuses));
        decided += usize::from(foretold != Peer::Either);
        if foretold != Peer::Either && foretold != peer {
            let (writer, reader) = (&pair.writer, &pair.reader);
            wrong.push(format!("{writer}\n{reader}\n  ours {:?}\n  Apicurio {peer:?}", told(&found)));
        }
    }
    let shown = wrong.iter().take(4).cloned().collect::<Vec<_>>().join("\n\n");
    assert!(wrong.is_empty(), "{} of {} pairs are not as the table says:\n\n{shown}", wrong.len(), pairs.len());
    // The two have different rules, and the table decides nearly always what that means.
    assert!(agreed > pairs.len() / 3, "the verdicts agree on {agreed} of {}", pairs.len());
    assert!(decided > pairs.len() * 3 / 4, "the table decides {decided} of {}", pairs.len());
}
