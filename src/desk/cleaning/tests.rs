use std::fs;

use super::*;
use crate::metadata::What;
use crate::testing::{House, Out, carry_in};

/// A picture of 8 by 8 points with a comment in it.
fn picture() -> Vec<u8> {
    let plain = crate::metadata::tests::jpeg::PICTURE;
    let comment = b"\xff\xfe\x00\x0eTaken by Bo.";
    [&plain[..20], comment, &plain[20..]].concat()
}

#[test]
fn a_copy_tells_less_and_lies_beside_the_sealed_original() {
    let house = House::new();
    let mut anna = house.desk("anna");
    let report = house.seal(&[], 1, "", &[("bild.jpg", &picture()), ("bevis.txt", b"text")], &house.source());
    carry_in(&mut anna, &house.outbound("anna", &Out { number: 1, submissions: &[&report], ..Out::default() }))
        .unwrap();
    let case = anna.office().unwrap().casebook.cases()[0].number();

    let told = tells(&anna, &case, "1/bild.jpg").unwrap();
    assert_eq!(
        told.entries.iter().map(|entry| (entry.what, entry.value.as_str())).collect::<Vec<_>>(),
        [(What::Comment, "Taken by Bo.")]
    );
    assert!(!format!("{told:?}").contains("Bo"));
    let folder = tempfile::tempdir().unwrap();
    let (saved, remains) = save(&anna, &case, "bild.jpg", folder.path()).unwrap();
    assert_eq!(saved.file, folder.path().join("clean-bild.jpg"));
    assert_eq!(fs::read(&saved.file).unwrap(), crate::metadata::tests::jpeg::PICTURE);
    assert!(remains.contains(&Remains::Pictures));
    assert!(matches!(save(&anna, &case, "bild.jpg", folder.path()), Err(CleanError::Save(SaveError::Write(_)))));
    crate::answer::save(&anna, &case, "bild.jpg", folder.path()).unwrap();
    assert_eq!(fs::read(folder.path().join("bild.jpg")).unwrap(), picture());

    for (name, unknown) in [("bevis.txt", true), ("inget.jpg", false)] {
        let refused = save(&anna, &case, name, folder.path()).unwrap_err();
        assert_eq!(matches!(refused, CleanError::Metadata(MetadataError::NotThisKind)), unknown, "{refused}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "half a copy is left");
}
