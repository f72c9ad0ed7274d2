//! Which languages are spoken where a number, or a business-scoped user id, is from.

/// The languages of a person's country, the most common first: by their WhatsApp id, else by their user id.
pub(crate) fn spoken_by(wa_id: Option<&str>, user_id: Option<&str>) -> impl Iterator<Item = &'static str> {
    let of_user = || {
        let (country, _) = user_id?.split_once('.')?;
        COUNTRIES.iter().find(|row| row.1 == country)
    };
    let of_number = || {
        let number = wa_id?.trim_start_matches('+');
        // The longest code that fits: some countries share the beginning of theirs.
        COUNTRIES.iter().filter(|row| number.starts_with(row.0)).max_by_key(|row| row.0.len())
    };
    of_number().or_else(of_user).into_iter().flat_map(|row| row.2.split(' '))
}

/// Calling code (ITU-T E.164), country (ISO 3166-1), languages (BCP 47).
#[rustfmt::skip]
const COUNTRIES: &[(&str, &str, &str)] = &[
    ("1", "US", "en es"), ("1", "CA", "en fr"),
    ("1204", "CA", "en fr"), ("1226", "CA", "en fr"), ("1236", "CA", "en fr"), ("1250", "CA", "en fr"),
    ("1289", "CA", "en fr"), ("1343", "CA", "en fr"), ("1367", "CA", "fr en"), ("1403", "CA", "en fr"),
    ("1416", "CA", "en fr"), ("1418", "CA", "fr en"), ("1438", "CA", "fr en"), ("1450", "CA", "fr en"),
    ("1514", "CA", "fr en"), ("1579", "CA", "fr en"), ("1581", "CA", "fr en"), ("1819", "CA", "fr en"),
    ("1873", "CA", "fr en"), ("1787", "PR", "es en"), ("1939", "PR", "es en"), ("1809", "DO", "es"),
    ("1829", "DO", "es"), ("1849", "DO", "es"), ("1876", "JM", "en"), ("1868", "TT", "en"), ("1246", "BB", "en"),
    ("20", "EG", "ar"), ("211", "SS", "en"), ("212", "MA", "ar fr"), ("213", "DZ", "ar fr"), ("216", "TN", "ar fr"),
    ("218", "LY", "ar"), ("220", "GM", "en"), ("221", "SN", "fr"), ("222", "MR", "ar fr"), ("223", "ML", "fr"),
    ("224", "GN", "fr"), ("225", "CI", "fr"), ("226", "BF", "fr"), ("227", "NE", "fr"), ("228", "TG", "fr"),
    ("229", "BJ", "fr"), ("230", "MU", "en fr"), ("231", "LR", "en"), ("232", "SL", "en"), ("233", "GH", "en"),
    ("234", "NG", "en"), ("235", "TD", "fr ar"), ("236", "CF", "fr"), ("237", "CM", "fr en"), ("238", "CV", "pt"),
    ("239", "ST", "pt"), ("240", "GQ", "es fr"), ("241", "GA", "fr"), ("242", "CG", "fr"), ("243", "CD", "fr"),
    ("244", "AO", "pt"), ("245", "GW", "pt"), ("248", "SC", "en fr"), ("249", "SD", "ar"), ("250", "RW", "rw en fr"),
    ("251", "ET", "am"), ("252", "SO", "so"), ("253", "DJ", "fr ar"), ("254", "KE", "sw en"), ("255", "TZ", "sw en"),
    ("256", "UG", "en sw"), ("257", "BI", "fr"), ("258", "MZ", "pt"), ("260", "ZM", "en"), ("261", "MG", "mg fr"),
    ("262", "RE", "fr"), ("263", "ZW", "en"), ("264", "NA", "en"), ("265", "MW", "en"), ("266", "LS", "en"),
    ("267", "BW", "en"), ("268", "SZ", "en"), ("269", "KM", "fr ar"), ("27", "ZA", "en af zu"), ("291", "ER", "ti ar"),
    ("297", "AW", "nl es"), ("298", "FO", "fo da"), ("299", "GL", "kl da"), ("30", "GR", "el"), ("31", "NL", "nl"),
    ("32", "BE", "nl fr de"), ("33", "FR", "fr"), ("34", "ES", "es ca"), ("350", "GI", "en es"), ("351", "PT", "pt-PT"),
    ("352", "LU", "fr de"), ("353", "IE", "en"), ("354", "IS", "is"), ("355", "AL", "sq"), ("356", "MT", "mt en"),
    ("357", "CY", "el"), ("358", "FI", "fi sv"), ("359", "BG", "bg"), ("36", "HU", "hu"), ("370", "LT", "lt"),
    ("371", "LV", "lv"), ("372", "EE", "et"), ("373", "MD", "ro ru"), ("374", "AM", "hy"), ("375", "BY", "be ru"),
    ("376", "AD", "ca es"), ("377", "MC", "fr"), ("378", "SM", "it"), ("380", "UA", "uk"), ("381", "RS", "sr"),
    ("382", "ME", "sr"), ("383", "XK", "sq sr"), ("385", "HR", "hr"), ("386", "SI", "sl"), ("387", "BA", "bs hr sr"),
    ("389", "MK", "mk"), ("39", "IT", "it"), ("40", "RO", "ro"), ("41", "CH", "de fr it"), ("420", "CZ", "cs"),
    ("421", "SK", "sk"), ("423", "LI", "de"), ("43", "AT", "de"), ("44", "GB", "en-GB"), ("45", "DK", "da"),
    ("46", "SE", "sv"), ("47", "NO", "nb no"), ("48", "PL", "pl"), ("49", "DE", "de"), ("501", "BZ", "en es"),
    ("502", "GT", "es"), ("503", "SV", "es"), ("504", "HN", "es"), ("505", "NI", "es"), ("506", "CR", "es"),
    ("507", "PA", "es"), ("509", "HT", "ht fr"), ("51", "PE", "es"), ("52", "MX", "es-MX"), ("53", "CU", "es"),
    ("54", "AR", "es-AR"), ("55", "BR", "pt-BR"), ("56", "CL", "es"), ("57", "CO", "es"), ("58", "VE", "es"),
    ("590", "GP", "fr"), ("591", "BO", "es"), ("592", "GY", "en"), ("593", "EC", "es"), ("594", "GF", "fr"),
    ("595", "PY", "es gn"), ("596", "MQ", "fr"), ("597", "SR", "nl"), ("598", "UY", "es"), ("599", "CW", "nl"),
    ("60", "MY", "ms en"), ("61", "AU", "en"), ("62", "ID", "id"), ("63", "PH", "fil en"), ("64", "NZ", "en"),
    ("65", "SG", "en zh ms"), ("66", "TH", "th"), ("670", "TL", "pt"), ("673", "BN", "ms"), ("675", "PG", "en"),
    ("679", "FJ", "en"), ("687", "NC", "fr"), ("689", "PF", "fr"), ("7", "RU", "ru"), ("76", "KZ", "kk ru"),
    ("77", "KZ", "kk ru"), ("81", "JP", "ja"), ("82", "KR", "ko"), ("84", "VN", "vi"), ("850", "KP", "ko"),
    ("852", "HK", "zh-HK zh en"), ("853", "MO", "zh pt"), ("855", "KH", "km"), ("856", "LA", "lo"), ("86", "CN", "zh"),
    ("880", "BD", "bn"), ("886", "TW", "zh-TW zh"), ("90", "TR", "tr"), ("91", "IN", "hi en"), ("92", "PK", "ur en"),
    ("93", "AF", "fa ps"), ("94", "LK", "si ta en"), ("95", "MM", "my"), ("960", "MV", "dv en"), ("961", "LB", "ar fr"),
    ("962", "JO", "ar"), ("963", "SY", "ar"), ("964", "IQ", "ar ku"), ("965", "KW", "ar"), ("966", "SA", "ar"),
    ("967", "YE", "ar"), ("968", "OM", "ar"), ("970", "PS", "ar"), ("971", "AE", "ar en"), ("972", "IL", "he ar"),
    ("973", "BH", "ar"), ("974", "QA", "ar"), ("975", "BT", "dz"), ("976", "MN", "mn"), ("977", "NP", "ne"),
    ("98", "IR", "fa"), ("992", "TJ", "tg ru"), ("993", "TM", "tk ru"), ("994", "AZ", "az"), ("995", "GE", "ka"),
    ("996", "KG", "ky ru"), ("998", "UZ", "uz ru"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn of(wa_id: Option<&str>, user_id: Option<&str>) -> Vec<&'static str> {
        spoken_by(wa_id, user_id).collect()
    }

    #[test]
    fn a_number_or_a_user_id_has_a_country() {
        for (number, spoken) in [
            ("34600000001", "es"),
            ("+5215512345678", "es-MX"),
            ("15145550100", "fr"),
            ("16505551234", "en"),
            ("77011234567", "kk"),
            ("79161234567", "ru"),
        ] {
            assert_eq!(of(Some(number), None).first(), Some(&spoken), "{number}");
        }
        assert_eq!(of(None, Some("BR.1234")), ["pt-BR"]);
        assert_eq!(of(Some("34600000001"), Some("DE.1")), ["es", "ca"], "the number is nearer");
        assert!(of(None, None).is_empty());
        assert!(of(Some("000"), Some("nonsense")).is_empty());
    }

    #[test]
    fn every_language_is_a_tag() {
        for (code, country, languages) in COUNTRIES {
            assert!(code.bytes().all(|byte| byte.is_ascii_digit()) && country.len() == 2, "{code} {country}");
            for tag in languages.split(' ') {
                assert!(tag.parse::<unic_langid::LanguageIdentifier>().is_ok(), "{country}: {tag}");
            }
        }
    }
}
