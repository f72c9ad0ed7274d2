//! What settings say, case by case.

use super::*;

fn settings(pairs: &[(&str, &str)]) -> Result<Settings, SettingsError> {
    Settings::from_variables(&pairs.iter().copied().collect())
}

fn mode(pairs: &[(&str, &str)]) -> Result<(Mode, Vec<String>), SettingsError> {
    Mode::decide(&settings(pairs)?)
}

const COMPLETE: &[(&str, &str)] = &[
    ("WHATSAPP_TOKEN", "EAAB1"),
    ("WHATSAPP_PHONE_ID", "106540352242922"),
    ("WHATSAPP_APP_SECRET", "s3cret"),
    ("WHATSAPP_VERIFY_TOKEN", "verify"),
];

fn with<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    COMPLETE.iter().copied().chain(more.iter().copied()).collect()
}

#[test]
fn every_alias_is_read() {
    for setting in table::ALL {
        for name in std::iter::once(&setting.name).chain(setting.aliases) {
            let variables: Variables = [(*name, "value")].into_iter().collect();
            assert_eq!(variables.get(*setting).unwrap().as_deref(), Some("value"), "{name}");
        }
    }
}

#[test]
fn two_names_with_different_values_are_an_error_that_names_both() {
    let error = settings(&[("WHATSAPP_TOKEN", "a"), ("WP_ACCESS_TOKEN", "b")]).unwrap_err().to_string();
    assert!(error.contains("WHATSAPP_TOKEN") && error.contains("WP_ACCESS_TOKEN"), "{error}");
    assert!(settings(&[("WHATSAPP_TOKEN", "a"), ("WP_ACCESS_TOKEN", "a")]).is_ok());
}

#[test]
fn placeholders_count_as_missing() {
    for placeholder in ["", "  ", "your-token-here", "YOUR_TOKEN", "EAAxxxxx...", "<token>", "token_here"] {
        let settings = settings(&[("WHATSAPP_TOKEN", placeholder)]).unwrap();
        assert!(settings.token.is_none(), "{placeholder}");
    }
    // An alias with a real value beside a placeholder is no contradiction.
    let settings = settings(&[("WHATSAPP_TOKEN", "your-token-here"), ("WP_ACCESS_TOKEN", "EAAB1")]).unwrap();
    assert_eq!(settings.token.unwrap().expose(), "EAAB1");
}

#[test]
fn nothing_set_means_the_emulator() {
    assert!(matches!(mode(&[]), Ok((Mode::Emulator, warnings)) if warnings.is_empty()));
    assert!(matches!(mode(&[("WHATSAPP_TOKEN", "your-token-here")]), Ok((Mode::Emulator, _))));
}

#[test]
fn production_and_platforms_name_everything_that_is_missing() {
    for demand in [("WAPPA_ENV", "production"), ("PORT", "8080")] {
        let error = mode(&[demand]).unwrap_err().to_string();
        for name in ["WHATSAPP_TOKEN", "WHATSAPP_PHONE_ID", "WHATSAPP_APP_SECRET", "App Dashboard"] {
            assert!(error.contains(name), "{demand:?}: {error}");
        }
    }
}

#[test]
fn some_credentials_name_the_rest() {
    let error = mode(&[("WHATSAPP_TOKEN", "EAAB1")]).unwrap_err().to_string();
    assert!(error.contains("WHATSAPP_PHONE_ID") && !error.contains("WHATSAPP_TOKEN"), "{error}");
    let error = mode(&[("WHATSAPP_APP_SECRET", "s")]).unwrap_err().to_string();
    assert!(error.contains("WHATSAPP_PHONE_ID") && error.contains("WHATSAPP_TOKEN"), "{error}");
    assert!(!error.contains('='), "no values in errors: {error}");
}

#[test]
fn a_missing_app_secret_is_a_warning_here_and_an_error_in_production() {
    let without: Vec<_> =
        COMPLETE.iter().copied().filter(|(name, _)| *name != "WHATSAPP_APP_SECRET").collect();
    let (_, warnings) = mode(&without).unwrap();
    assert!(warnings.iter().any(|warning| warning.contains("WHATSAPP_APP_SECRET")));
    let production: Vec<_> = without.iter().copied().chain([("WAPPA_ENV", "production")]).collect();
    assert!(mode(&production).unwrap_err().to_string().contains("WHATSAPP_APP_SECRET"));
    assert!(mode(COMPLETE).unwrap().1.is_empty());
}

#[test]
fn an_account_id_in_the_place_of_a_number_id_is_noticed() {
    let with_16: Vec<_> = COMPLETE
        .iter()
        .map(|(name, value)| (*name, if *name == "WHATSAPP_PHONE_ID" { "1065403522429221" } else { *value }))
        .collect();
    let (_, warnings) = mode(&with_16).unwrap();
    assert!(warnings.iter().any(|warning| warning.contains("Business Account")), "{warnings:?}");
}

#[test]
fn the_address_follows_listen_then_port() {
    let listen = |pairs: &[(&str, &str)]| settings(pairs).unwrap().listen_address().to_string();
    assert_eq!(listen(&[]), "127.0.0.1:8000");
    assert_eq!(listen(&[("PORT", "8080")]), "0.0.0.0:8080");
    assert_eq!(listen(&[("PORT", "8080"), ("WAPPA_LISTEN", "127.0.0.1:9")]), "127.0.0.1:9");
    assert_eq!(listen(&[("WAPPA_LISTEN", ":7")]), "0.0.0.0:7");
    assert_eq!(settings(&[]).unwrap().phone, None);
    assert_eq!(settings(&[("WAPPA_PHONE", ":8001")]).unwrap().phone, Some(([0, 0, 0, 0], 8001).into()));
    for bad in [
        ("WAPPA_LISTEN", "here"),
        ("WAPPA_PHONE", "there"),
        ("PORT", "99999"),
        ("WAPPA_STORE", "redis:x"),
        ("WAPPA_ENV", "test"),
    ] {
        let error = settings(&[bad]).unwrap_err().to_string();
        assert!(error.contains(bad.0) && error.contains(bad.1), "{error}");
    }
}

#[test]
fn several_secrets_are_separated_by_commas() {
    assert_eq!(settings(&with(&[])).unwrap().app_secrets.len(), 1);
    assert_eq!(settings(&[("WHATSAPP_APP_SECRET", "new, old")]).unwrap().app_secrets.len(), 2);
}

#[test]
fn a_file_of_numbers_is_read_and_its_mistakes_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("numbers.json");
    let read = |text: &str| {
        std::fs::write(&path, text).unwrap();
        mode(&[("WHATSAPP_NUMBERS", path.to_str().unwrap())])
    };
    let (Mode::Meta(numbers), _) =
        read(r#"[{"id":106540352242922,"token":"a","app_secret":"s"},{"id":"2","token":"b","app_secrets":["t","u"]}]"#)
            .unwrap()
    else {
        panic!("numbers are credentials");
    };
    assert_eq!(numbers.iter().map(|number| number.app_secrets.len()).collect::<Vec<_>>(), [1, 2]);
    for bad in ["[]", "{", r#"[{"id":"1"}]"#, r#"[{"id":"1","token":"a","app_sceret":"s"}]"#] {
        assert!(matches!(read(bad), Err(SettingsError::File { .. })), "{bad}");
    }
}
