"""The texts of the invented chapters."""

NOTE = {
    "ru": "Это пример для показа программы, а не юридическая консультация.\n\n",
    "ky": "Бул программаны көрсөтүү үчүн үлгү, юридикалык кеңеш эмес.\n\n",
    "en": "This is a sample that shows the program. It is not legal advice.\n\n",
}

CHAPTERS = {
    "pay-not-paid": {
        "ru": {
            "title": "Не платят зарплату (пример)",
            "body": NOTE["ru"]
            + "## Сначала\n\n- Запишите дни и часы работы.\n- Сохраните переписку и снимок пропуска.\n"
            "- Не отдавайте паспорт.\n\n## Потом\n\nОбратитесь в организацию сети: с вами решат, куда писать.",
        },
        "ky": {
            "title": "Айлык төлөнбөй жатат (үлгү)",
            "body": NOTE["ky"]
            + "## Адегенде\n\n- Иштеген күндөрдү жана сааттарды жазып коюңуз.\n- Кат алышууну сактаңыз.\n"
            "- Паспортуңузду бербеңиз.\n\n## Андан кийин\n\nТармактын уюмуна кайрылыңыз.",
        },
        "en": {
            "title": "Wages are not paid (sample)",
            "body": NOTE["en"]
            + "## First\n\n- Write down the days and hours that you worked.\n- Keep messages and a picture of your pass.\n"
            "- Do not hand over your passport.\n\n## Then\n\nAsk an organisation of the network where to write.",
        },
    },
    "papers-checked": {
        "ru": {
            "title": "Проверка документов (пример)",
            "body": NOTE["ru"]
            + "## Что спросить\n\n- Фамилию и должность.\n- Причину проверки.\n\nГоворите спокойно.",
        },
        "ky": {
            "title": "Документ текшерүү (үлгү)",
            "body": NOTE["ky"] + "## Эмне сураш керек\n\n- Фамилиясын жана кызматын.\n- Текшерүүнүн себебин.",
        },
    },
    "child-to-school": {
        "ru": {
            "title": "Ребёнка не берут в школу (пример)",
            "body": NOTE["ru"] + "Попросите отказ в письменном виде и сохраните его.",
        },
    },
}
"""By address and language."""
