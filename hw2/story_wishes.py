"""What the heroes of the stories wish for, how each begins and how it ends."""
from typing import NamedTuple


class Wish(NamedTuple):
    """text: after "wants to"; obstacles: their keys; thing: what the wind takes; unless: traits it does not suit."""

    text: str
    why: str
    start: str
    obstacles: str
    end: str
    moral: str
    thing: str = ""
    unless: str = ""


ON = "[They went on together|The two went on side by side|From there, they went on together], and "

WISHES = (
    Wish("see the sea",
         "[{His} grandmother had told {him} about the [big|blue|wild] waves.|{He} had only ever seen it in a "
         "picture.|{He} had heard that it was bigger than the sky.]",
         "[One|Early one] [sunny|bright|warm|clear] [spring|summer] morning, {he} [packed a small bag and |]set out.",
         "river path hedge fog rocks foot",
         ON + "[in the evening|before sunset] they stood [on the beach|on the warm sand]. [The sea was blue and "
              "had no end|The waves rolled in, one after another], and {hero} [laughed with joy|could not stop "
              "looking].",
         "[It was even bigger than {he} had dreamed.|The sea was beautiful, and with a friend it was twice as "
         "beautiful.|They listened to the waves until the moon came up.]"),
    Wish("watch the sunset from the highest hill",
         "[{He} had heard that the whole world turned gold up there.|From {his} home, {he} saw only a little bit "
         "of the sky.|Up there, everyone said, the sky was bigger.]",
         "[One|On a] [warm|clear|sunny] [spring|summer|autumn] afternoon, {he} [packed some bread and |]set out.",
         "river hedge rocks foot",
         ON + "they reached the top just in time. The sky turned [red and gold|pink and gold], and [{hero} held "
              "{his} breath|for a long time, nobody spoke].",
         '[They stayed until the first star came out.|It was the most beautiful evening of all.|"Let us come back '
         'tomorrow," said {friend}.]', unless="flies"),
    Wish("bring a cake to {his} grandmother",
         "[It was her birthday, and she loved [honey|nut] cake.|{He} had baked it all by {him}self, with "
         "[honey|nuts].|She lived far away and did not have many visitors.]",
         "[One|Early one] [spring|summer|autumn] morning, {he} put the cake in a basket and set out.",
         "river path hedge fog rocks foot",
         ON + "just in time for tea, they knocked at the [green|blue|old] door. Grandmother [hugged them both|was "
              "very happy] and cut the cake into three [big|equal] pieces.",
         "[It was the best cake of all.|A cake is best, {hero} thought, when it is shared.|In the end, there was "
         "nothing left of it.]", unless="flies"),
    Wish("find the end of the rainbow",
         "[{He} had heard of a treasure there.|Everyone said that a treasure lay there.|{He} dreamed of a pot full "
         "of gold.]",
         "One [spring|summer] morning, [a great|a bright] rainbow stood over the hills, and {he} set out [at "
         "once|quickly].",
         "river path hedge rocks foot",
         ON + "when they came to the hills, the rainbow was gone. There was no gold, but the [meadow|grass] was "
              "full of flowers in all its colours.",
         '["I have found a friend," said {hero}. "That is a treasure, too."|{hero} took one flower home and was '
         "happy.|That was treasure enough for {hero}.]"),
    Wish("see the great waterfall",
         "[On quiet nights, {he} could hear it from far away.|{He} had heard that it was as high as a "
         "mountain.|{His} father had told {him} about it many times.]",
         "[One|Early one] [sunny|bright|warm|clear] [spring|summer|autumn] morning, {he} [packed a small bag and "
         "|]set out.",
         "river path hedge fog rocks foot",
         ON + "[soon|in the afternoon] they found the waterfall. It [shone|fell down] like silver, and [{hero} "
              "felt the cool drops on {his} face|a small rainbow stood in the air].",
         "[{hero} had never seen anything so beautiful.|They stood there, wet and happy, for a long time.|It was "
         "even louder than {he} had dreamed.]"),
    Wish("fly a kite",
         "{He} had made one [all by {him}self|with great care] from [red|blue|yellow|green] cloth and two thin "
         "sticks.",
         "One windy [spring|autumn] [morning|afternoon], {he} [ran to the meadow with {his} kite|took {his} kite "
         "up the hill].",
         "tree pond bush tear",
         "[Soon|A little later], the kite [rose|climbed] into the sky, [higher than the trees|as high as the "
         "clouds], and {hero} and {friend} [held the string together|ran after it over the grass|took turns with "
         "the string].",
         "[It danced above them until evening.|Flying a kite is even more fun with two.|{hero} felt as if {he} "
         "could fly, too.]",
         "kite", "flies"),
    Wish("sail a little boat on the lake",
         "{He} had built [one|the boat] [all by {him}self|with great care] from [old boards|an old box].",
         "One [sunny|windy] [spring|summer] [morning|day], {he} brought {his} boat to the shore and put up [a "
         "white|a red|a blue] sail.",
         "tree pond bush tear",
         "[Soon|A little later], the boat [glided|danced] over the [small|blue] waves, with {hero} [at the front "
         "and {friend} at the back|on one side and {friend} on the other].",
         "[They sang to the clouds and the waves.|They sailed until the evening star came out.|A boat, {hero} "
         "thought, needs two who sail it.]",
         "sail", "flies big"),
    Wish("carry a lantern in the autumn parade",
         "{He} had made one from [yellow|white|red] paper, with [stars|a moon|leaves] on every side.",
         "On the day of the parade, {he} put {his} lantern [on the fence|in the grass|on a stone] so that it could "
         "dry.",
         "tree pond bush",
         "When [it grew dark|night came], {hero} and {friend} walked through the forest [side by side|with all the "
         "others]. [The lantern shone like a little moon.|No lantern shone brighter than theirs.]",
         "[They sang until the last light went out.|The night was dark, but {his} heart was full of light.|A light "
         "is best, {hero} thought, when two walk in it.]",
         "lantern", "flies"),
    Wish("surprise {his} mother with a scarf",
         "{He} had made one [all by {him}self|in secret] from [red|blue|yellow|green] wool.",
         "On {his} mother's birthday, {he} put the scarf on the [fence|grass] and looked for [some paper|a box].",
         "tree pond bush tear",
         '{His} mother put it on [at once|with shining eyes]. "It is the most beautiful scarf in the world," she '
         "said, and they all had [hot milk and |some ]cake.",
         "[{His} mother wore it every day, even in summer.|{hero} was almost as happy as {his} mother.|It is good "
         "to give, {hero} thought, and good to have friends.]",
         "scarf", "flies hooves"),
    Wish("grow a sunflower",
         "[{He} dreamed of one as tall as a house.|{He} loved the colour yellow more than any other.|{He} had a "
         "golden seed from {his} grandmother.]",
         "One spring morning, {he} took [a bag of|some] seeds into {his} garden.",
         "soil dry brambles seeds",
         "By the end of summer, a [great|tall|golden] sunflower looked over the fence, and the bees [hummed around "
         "it all day|came from far away]. {hero} and {friend} [sat|rested|had tea] in its shade.",
         "[In autumn, they shared the seeds.|It turned its face to the sun, and so did {hero}.|Good things need "
         "time, {hero} thought, and good friends.]"),
    Wish("grow the biggest pumpkin in the valley",
         "[{He} hoped to make soup for all {his} neighbours.|{He} dreamed of pumpkin pie every night.|{He} had a "
         "very small garden, but {he} had big plans.]",
         "One spring morning, {he} took [a bag of|some] seeds into {his} garden.",
         "soil dry brambles seeds",
         "In autumn, [the pumpkin was as round as the moon and too heavy for one|the pumpkin was so big that it "
         "filled half of the garden]. {hero} and {friend} [cooked a huge pot of soup|made soup and pies], and all "
         "the neighbours came.",
         "[Nobody went to bed hungry that night.|There was enough for everyone, and that was the best of all.|Next "
         "year, {hero} thought, it will be even bigger.]"),
    Wish("plant a garden for the bees",
         "[The meadow was bare, and the bees had to fly far.|{He} loved to hear them hum.|They had often given "
         "{him} some of their honey.]",
         "One spring morning, {he} took [a bag of|some] flower seeds [outside|into {his} garden].",
         "soil dry brambles seeds",
         "In summer, [red, blue and yellow flowers|flowers in every colour] grew everywhere, and the [air|garden] "
         "was full of bees. They brought [{hero} and {friend}|the two gardeners] a [small |big |]pot of golden "
         "honey.",
         "[{hero} had never tasted anything so sweet.|The bees hummed, and {hero} hummed with them.|What we give, "
         "{hero} thought, comes back to us.]"),
    Wish("sing at the forest concert",
         "[{He} knew the most beautiful song about [the moon|the wind|the spring].|When {he} sang, {he} forgot "
         "everything else.|{He} sang in the morning, and {he} sang in the evening.]",
         "[The big evening was only a few days away.|The concert was only a few days away.|One summer day, {he} "
         "began to get ready.]",
         "crowd forget hoarse quiet",
         "On the evening of the concert, {hero} stepped forward and sang. [Even the wind stood still.|Nobody made "
         "a sound.] [At the end|After the last note], everyone clapped, and {friend} clapped the loudest.",
         '["Once more!" they all called, and {hero} sang once more.|The song stayed in the air for a long '
         "time.|The next morning, the whole forest hummed {his} song.]"),
    Wish("dance at the summer fair",
         "[As soon as {he} heard music, {his} feet began to move.|{He} had watched the dancers every year.|{He} "
         "loved the music and the lights.]",
         "[The fair was only a few days away.|It was almost time for the fair.|One summer day, {he} began to get "
         "ready.]",
         "crowd forget feet",
         "On the evening of the fair, [the music began, and {hero} danced under the [lights|lanterns|stars]|{hero} "
         "danced under the [lights|lanterns|stars]]. [Soon, everyone was dancing with {him}|Everyone clapped in "
         "time], and {friend} [cheered|clapped] the loudest.",
         '[They danced until the moon went down.|{His} feet danced all the way home.|"One more dance!" they all '
         "called.]"),
    Wish("tell a story by the campfire",
         "[{He} knew one about [a dragon|a pirate|a star] who could not sleep.|{His} head was full of "
         "stories.|{He} had thought of [a funny|a beautiful|an exciting] one.]",
         "[The big evening was only a few days away.|It was almost Saturday, the day of the campfire.|One summer "
         "day, {he} began to get ready.]",
         "crowd forget hoarse quiet",
         "[On Saturday, when the fire was burning|On Saturday, when the stars came out], {hero} told {his} story. "
         "[Everyone laughed in the right places|Nobody wanted to miss a word], and {friend} [listened with shining "
         "eyes|clapped the loudest].",
         '["Tell us another one!" they all called.|Long after the fire went out, they were still talking about '
         "it.|A good story, {hero} thought, makes many friends.]"),
    Wish("learn to swim",
         "[{He} had watched the fish and the ducks for hours.|In summer, all the others played in the water.|{He} "
         "often wondered how the world looked from the middle of the lake.]",
         "One [hot|sunny|warm] summer [day|morning], {he} went down to the water.",
         "deep sink current",
         "[By the end of the week|Before the week was over], {hero} [swam in a big circle|swam from one side to "
         "the other], and {friend} [swam beside {him}|cheered]. [The water sparkled in the sun.|It felt almost "
         "like flying.]",
         '[{hero} did not want to come out again until supper.|"Look at me!" {hero} called to the whole world.|Now '
         "summer could never be long enough.]",
         unless="swims flies small shell mole"),
)
