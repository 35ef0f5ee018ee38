"""The words of hw2.transfers: names, currencies and wordings, a table each."""
from typing import NamedTuple


def parts(text):
    """Return what stands between the bars and the line ends of a text.

    >>> parts("by {day} | tonight")
    ['by {day}', 'tonight']
    """
    return [part.strip() for part in text.replace("\n", "|").split("|")]


FIRST_NAMES = """Adam Ahmed Aisha Alexei Ali Alina Amir Ana Andrei Anna Anton Arjun Bela Boris Carla Carlos
    Chen Clara Daniel Daria David Dmitry Elena Emil Emma Erik Eva Fatima Felix Galina George Grigory Hana Hans
    Helen Hugo Igor Ingrid Irina Ivan James Jan Jana Javier Jelena Jose Karim Katya Kenji Kirill Lars Laura
    Leila Lena Leo Lucas Lucia Ludmila Marco Maria Marta Maxim Mei Mike Mikhail Nadia Natalia Nikita Nina Noah
    Oksana Oleg Olga Omar Oscar Pavel Peter Priya Rafael Raj Rosa Ruslan Sara Sergei Sofia Stefan Svetlana
    Tanya Tom Ursula Vera Victor Wei Yuki Yuri Zoe""".split()

SURNAMES = """Abe Ahmadi Ali Almeida Andersen Bauer Becker Berg Bianchi Brown Bruno Castro Chang Clark Costa
    Davies Diaz Dubois Evans Farah Fedorov Fischer Garcia Gomez Gonzalez Green Gupta Haddad Hansen Hassan
    Hoffmann Horvat Hughes Ibrahim Ivanov Jansen Johnson Jones Kaya Khan Kim Kovacs Kowalski Kumar Kuznetsov
    Larsen Lee Lindberg Lopez Martin Mbeki Meyer Miller Mori Morozov Nakamura Nguyen Novak Okafor Olsen Orlov
    Park Patel Pavlov Petrov Popescu Popov Ramirez Rossi Sato Schmidt Schulz Sharma Silva Singh Smirnov Smith
    Sokolov Suzuki Tanaka Taylor Torres Vargas Virtanen Volkov Wagner Walker Wang Weber Wilson Yilmaz Zhang""".split()

# A made surname is a start, a middle and an end: Bor-vek, Tal-i-mo, Zab-o-rov. A made first name has a short end.
STARTS = """Alt Ban Bel Bor Brel Dal Dar Den Dor Ed Fal Fen Gal Gor Hal Hem Jol Jar Kal Ker Kor Lam Lav Lum
    Mel Mir Mor Nal Nov Ol Ost Pal Per Pol Quin Ram Ros Rud Sam Sel Stan Tal Tor Trem Ul Val Var Vin Wes Yar
    Yor Zab Zel Zor""".split()
MIDDLES = ["", "", "", "a", "e", "i", "o", "u", "ada", "edi", "en", "ili", "in", "ola", "ori", "une"]
ENDS = """bert by dal den din gard ko land lin lov man mas mo ner nik rez ric rov sen ski son stad ton va vek
    vic vin wick zak""".split()
SHORT_ENDS = ["a", "an", "el", "en", "i", "ia", "in", "is", "o", "us"]

COLOURS = """Blue Bright Cold East Golden Grand Green Happy High New Noble North Old Quiet Red Royal Silver
    South Sunny Urban West White""".split()
PLACES = """Bay Bridge Castle Coast Field Forest Garden Harbor Hill Island Lake Market Meadow Mill Moon
    Mountain Park River Rock Star Street Valley""".split()
TRADES = """Bakery Books Builders Cafe Clinic Consulting Design Electric Energy Farm Flowers Foods Furniture
    Hotel Logistics Media Motors Music Optics Pharmacy Press Printing School Security Services Software Sports
    Studio Systems Textiles Tools Trading Transport Travel""".split()
BRANDS = """Aurora Delta Fortuna Horizon Kometa Mercury Nordwind Omega Orion Phoenix Polaris Romashka Sirius
    Solaris Titan Vector Vega Zenit""".split()
FORMS = ["LLC", "LLC", "Ltd", "Ltd", "Inc", "Inc", "GmbH", "GmbH", "and Co", "& Co"]
KIN = ["& Sons", "and Sons", "& Daughters", "Brothers", "& Partners"]


class Currency(NamedTuple):
    """A currency's code, share of the draws, (singular, plural) names, sign, hundredth part's names, signed forms.

    cents is empty where no hundredth part is named.
    """

    code: str
    share: int
    names: tuple
    sign: str = ""
    cents: tuple = ()
    signed: tuple = ("{sign}{sum}", "{sign}{sum}", "{sign}{sum}", "{sum}{sign}")


# Where the euro's and the ruble's signs stand; the others stand before the sum as a rule.
AFTER = ("{sign}{sum}", "{sum} {sign}", "{sum}{sign}")
CURRENCIES = (
    Currency("USD", 8, (("dollar", "dollars"), ("dollar", "dollars"), ("US dollar", "US dollars")), "$",
             ("cent", "cents")),
    Currency("EUR", 8, (("euro", "euros"),), "\u20ac", ("cent", "cents"), AFTER),
    Currency("RUB", 7, (("ruble", "rubles"), ("rouble", "roubles"), ("Russian ruble", "Russian rubles")), "\u20bd",
             ("kopeck", "kopecks"), AFTER),
    Currency("GBP", 4, (("pound", "pounds"), ("British pound", "British pounds"), ("pound sterling",
             "pounds sterling")), "\u00a3", ("penny", "pence")),
    Currency("CHF", 3, (("Swiss franc", "Swiss francs"),), "", ("rappen", "rappen")),
    Currency("JPY", 3, (("yen", "yen"), ("Japanese yen", "Japanese yen")), "\u00a5"),
    Currency("CNY", 3, (("yuan", "yuan"), ("Chinese yuan", "Chinese yuan"))),
    Currency("INR", 3, (("rupee", "rupees"), ("Indian rupee", "Indian rupees")), "\u20b9", ("paisa", "paise")),
    Currency("SEK", 2, (("Swedish krona", "Swedish kronor"),)),
    Currency("PLN", 2, (("zloty", "zloty"), ("zloty", "zlotys"), ("Polish zloty", "Polish zloty")), "",
             ("grosz", "groszy")),
    Currency("CZK", 2, (("Czech crown", "Czech crowns"), ("Czech koruna", "Czech korunas"))),
    Currency("TRY", 2, (("Turkish lira", "Turkish lira"),), "", ("kurus", "kurus")),
    Currency("KZT", 2, (("tenge", "tenge"), ("Kazakh tenge", "Kazakh tenge"))),
    Currency("UAH", 2, (("hryvnia", "hryvnias"), ("Ukrainian hryvnia", "Ukrainian hryvnias")), "",
             ("kopiyka", "kopiykas")),
)

PURPOSES = parts("""the repair of the roof | the repair of the car | the repair of my phone | the new windows
    the kitchen table | the flowers | the cake | the pizza | the books | the tickets | the taxi | the hotel room
    the train tickets | the concert | the photos | the garden work | the cleaning of the office
    the painting of the fence | the delivery of the furniture | the translation | the design of our website
    the rent of the flat | the rent of the office | the piano lessons | the swimming lessons | the course
    the school trip | the summer camp | the medicine | the new glasses | the dentist | the winter tires | the fuel
    the firewood | the water bill | the phone bill | the gas bill | the old bicycle | the new sofa
    the washing machine | the laptop | the printer | the paper | the office chairs | the birthday party
    the wedding | the holiday | the dog food | the apples | the wine | the coffee | lunch | dinner | breakfast
    rent | last month | services in May | consulting | invoice {n} | invoice {n} | invoice #{n} | order {n}
    order #{n} | contract {n} | {count} boxes of apples | {count} bags of flour | {count} hours of work
    {count} English lessons | {count} tickets | {count} chairs | {count} days of work | {count} cups of coffee
    {count} new windows | {count} books""")

TIMES = parts("""by {day} | by {day} | on {day} | before {day} | next {day} | by {date} | on {date} | before {date}
    before {clock} | by {clock} today | today | tomorrow | tonight | this week | at once | now | before noon
    before the end of the month | by the end of the week | tomorrow morning | as soon as possible""")
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTHS = "January February March April May June July August September October November December".split()

ACCOUNTS = parts("""my savings account | my savings account | our business account | the business account | my card
    the joint account | the main account | my euro account | my dollar account | account {number}
    the account ending in {number}""")

# What may be left out: slot, how often it is filled, the word before, the table.
EXTRAS = (("{why}", 0.16, " for ", PURPOSES), ("{when}", 0.1, " ", TIMES), ("{account}", 0.05, " from ", ACCOUNTS))

# Wordings. {why}, {account} and {when} are often empty; {order} is one of ORDERS with these three after it.
ORDERS = parts("""transfer {sum} to {who} | transfer {sum} to {who} | send {sum} to {who} | send {sum} to {who}
    send {who} {sum} | pay {sum} to {who} | pay {who} {sum} | wire {sum} to {who} | wire {who} {sum}
    give {sum} to {who} | give {who} {sum} | remit {sum} to {who} | return {sum} to {who} | refund {sum} to {who}
    pay out {sum} to {who} | pay back {sum} to {who} | make a payment of {sum} to {who}
    make a transfer of {sum} to {who} | send a payment of {sum} to {who} | send {who} a payment of {sum}
    transfer {sum} to {whose} account | put {sum} into {whose} account | deposit {sum} into {whose} account
    move {sum} to the account of {who} | transfer the sum of {sum} to {who} | pay {who} the sum of {sum}""")

MOODS = parts("""{order}. | {order}. | {order}. | {order}! | {order} | {order} | {order}, please. | {order}, please
    Please {order}. | Please {order}. | Please {order}. | Please {order} | Please {order}. Thank you!
    Please {order}! | Hi, please {order}. | Hello, could you {order}? | Good morning! Please {order}.
    Kindly {order}. | Could you {order}? | Could you please {order}? | Can you {order}? | Would you {order}, please?
    Will you please {order}? | Can I {order}? | How do I {order}? | Is it possible to {order}? | I want to {order}.
    I want to {order} | I would like to {order}. | I'd like to {order}. | I need to {order}. | I have to {order}.
    We need to {order}. | We have to {order}. | I ask you to {order}. | Do not forget to {order}.
    Remember to {order}. | It is urgent: {order}! | Help me to {order}. | {payer} asked me to {order}.
    {payer} wants to {order}. | I am {payer}. Please {order}. | My name is {payer} and I want to {order}.
    This is {payer}, please {order}. | Ask {payer} to {order}. | {payer} and I want to {order}.
    Dear {payer}, please {order}.""")

STATEMENTS = parts("""I owe {who} {sum}{why}. | I owe {who} {sum}{why}, please pay it back{when}.
    I still owe {sum} to {who}{why}. | We owe {who} {sum}{why}. | We owe {sum} to {who}{why}, please send it{when}.
    My debt to {who} is {sum}. | I borrowed {sum} from {who}, please pay it back{when}.
    {who} lent me {sum}. Please return it{when}. | {who} sent me a bill for {sum}, please pay it{when}.
    {who} sent us an invoice for {sum}. Please pay it{when}. | The bill from {who} is {sum}, please pay it{when}.
    {whose} bill is {sum}. Please pay it{account}{when}. | {whose} invoice for {sum} must be paid{when}.
    Invoice {n} from {who} is still open. Please pay {sum}{when}. | Order {n}: please pay {sum} to {who}{when}.
    {who} must get {sum}{why}{when}. | {who} should get {sum} from me{why}. | {who} will get {sum} from us{why}.
    {who} is waiting for {sum} from us{why}. | {who} is to be paid {sum}{why}{when}.
    {who} asks for {sum}{why}. Please pay{when}. | {who} did a great job, please pay {sum}{when}.
    {sum} must go to {who}{why}{when}. | {sum} should go to {who}{why}{when}.
    {sum} for {purpose} must go to {who}. | {sum} for {purpose} should be sent to {who}{when}.
    {sum} must be paid to {who}{why}{when}. | Please send {sum} for {purpose} to {who}.
    For {purpose}, please pay {who} {sum}. | For {purpose} I owe {who} {sum}.
    For {purpose} we have to pay {sum} to {who}{when}. | For {purpose}: {sum} to {who}.
    From {accounts} please send {sum} to {who}{why}. | I promised {who} {sum}{why}, please send it{when}.
    I want {who} to get {sum}{why}{when}. | Make sure that {who} gets {sum}{why}{when}. | Let {who} have {sum}{why}.
    Has anyone paid {who} {sum}{why}? If not, please do. | When can you pay {who} {sum}{why}?
    Would you mind sending {sum} to {who}{why}{when}? | I agree to pay {who} {sum}{why}.
    My payment to {who}{why} is {sum}. | The recipient is {who}, the sum is {sum}.
    The sum is {sum}, the recipient is {who}. | I need a transfer to {who}. The sum is {sum}.
    A transfer of {sum} to {who}{why}, please. | A payment of {sum} to {who}{why} has to be made{when}.
    {payer} says that we owe {who} {sum}{why}. | {payer} owes {who} {sum}{why}.
    {payer} must pay {who} {sum}{why}{when}. | Please pay {sum} to {who}, not to {payer}.
    Not {payer} but {who} should get {sum}. | {payer} has been paid. Now send {sum} to {who}.
    As I told {payer}, we have to pay {who} {sum}{when}.""")

NOTES = parts("""{sum} to {who}{why} | {sum} to {who}{why}{when} | {sum} to {who}, please | {who} {sum}
    {who}: {sum} | {who}, {sum} | {who} - {sum} | {who}: {sum}{why} | {who} gets {sum}{why} | To {who}: {sum}
    To {who}, {sum}{why} | Payment to {who}: {sum} | Payment: {sum} to {who}{why} | Transfer to {who}, {sum}{why}
    Transfer: {sum}, {who} | New payment: {who}, {sum} | Recipient: {who}. Sum: {sum} | Sum: {sum}. Recipient: {who}
    Amount {sum}, recipient {who} | From {payer} to {who}: {sum} | Payer {payer}, recipient {who}, sum {sum}
    Invoice {n}, {who}, {sum}""")
