//! The exchange against the vectors of RFC 7677, and against itself.

use std::collections::BTreeMap;

use super::{BASE64, ScramServer};
use crate::security::sasl::{Mechanism, Refused, Step};
use crate::security::scram::ScramCredential;
use crate::security::scram::hash::Hash;
use base64::Engine;

type Users = BTreeMap<(String, i8), ScramCredential>;

fn users(hash: Hash, user: &str, password: &str, salt: &[u8]) -> Users {
    let salted = hash.salted_password(password.as_bytes(), salt, 4096);
    BTreeMap::from([((user.to_owned(), hash as i8), ScramCredential::new(hash, 4096, salt, &salted))])
}

fn challenge(step: Result<Step, Refused>) -> String {
    match step {
        Ok(Step::Challenge(text)) => String::from_utf8(text).unwrap(),
        other => panic!("no challenge: {other:?}"),
    }
}

fn refused(step: Result<Step, Refused>) -> Refused {
    step.expect_err("it is refused")
}

#[test]
fn follows_the_example_of_rfc_7677() {
    let salt = BASE64.decode("W22ZaJ0SNY7soEsUEjb6gQ==").unwrap();
    let users = users(Hash::Sha256, "user", "pencil", &salt);
    let mut server = ScramServer::new(Mechanism::Scram256);
    server.nonce = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0".to_owned();
    let first = challenge(server.evaluate(&users, b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO"));
    assert_eq!(first, "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
    let last =
        b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
    match server.evaluate(&users, last) {
        Ok(Step::Done { last, name, .. }) => {
            assert_eq!(last, b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
            assert_eq!(name, "user");
        }
        other => panic!("not done: {other:?}"),
    }
}

/// What a client answers to a challenge.
fn proof(hash: Hash, password: &str, bare: &str, challenge: &str) -> String {
    let mut parts = challenge.split(',').map(|part| &part[2..]);
    let (nonce, salt) = (parts.next().unwrap(), BASE64.decode(parts.next().unwrap()).unwrap());
    let iterations = parts.next().unwrap().parse().unwrap();
    let salted = hash.salted_password(password.as_bytes(), &salt, iterations);
    let key = hash.hmac(&salted, b"Client Key");
    let without = format!("c=biws,r={nonce}");
    let signature = hash.hmac(&hash.digest(&key), format!("{bare},{challenge},{without}").as_bytes());
    let proof: Vec<u8> = key.iter().zip(signature).map(|(a, b)| a ^ b).collect();
    format!("{without},p={}", BASE64.encode(proof))
}

#[test]
fn lets_in_who_knows_the_password_and_nobody_else() {
    let users = users(Hash::Sha512, "a,b=c", "secret", b"some salt");
    for (password, known) in [("secret", true), ("Secret", false)] {
        let mut server = ScramServer::new(Mechanism::Scram512);
        let bare = "n=a=2Cb=3Dc,r=abc,ext=1";
        let challenge = challenge(server.evaluate(&users, format!("n,a=a=2Cb=3Dc,{bare}").as_bytes()));
        let step = server.evaluate(&users, proof(Hash::Sha512, password, bare, &challenge).as_bytes());
        assert_eq!(step.is_ok(), known, "{step:?}");
    }
}

#[test]
fn tells_why_only_as_kafka_does() {
    let users = users(Hash::Sha256, "alice", "secret", b"some salt");
    let first = |message: &str| refused(ScramServer::new(Mechanism::Scram256).evaluate(&users, message.as_bytes()));
    let told = |why: &str| Refused::Told(format!("Authentication failed: {why}"));
    assert_eq!(first("n,,n=bob,r=abc"), Refused::Untold);
    let other = "Client requested an authorization id that is different from username";
    assert_eq!(first("n,a=bob,n=alice,r=abc"), told(other));
    for malformed in ["", "y,,n=alice,r=abc", "n,,n=alice", "n,,n=al=ice,r=abc", "n,,n=,r=abc", "n,,n=alice,r="] {
        assert_eq!(first(malformed), Refused::Untold, "{malformed}");
    }
    assert_eq!(first("n,,n=alice,r=abc,tokenauth=true"), Refused::Untold);
}

#[test]
fn wants_its_own_nonce_back() {
    let users = users(Hash::Sha256, "alice", "secret", b"some salt");
    let mut server = ScramServer::new(Mechanism::Scram256);
    let challenge = challenge(server.evaluate(&users, b"n,,n=alice,r=abc"));
    let last = proof(Hash::Sha256, "secret", "n=alice,r=abc", &challenge).replacen("r=abc", "r=abd", 1);
    assert_eq!(refused(server.evaluate(&users, last.as_bytes())), Refused::Untold);
}
