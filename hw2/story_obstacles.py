"""What stands in the way of the stories' heroes on the road and in the wind, and which helper knows a way around it."""
from typing import NamedTuple


class Way(NamedTuple):
    """helpers: animals; skill: after "I can"; deed: what they do; unless: traits of a hero whom it does not suit."""

    helpers: str
    skill: str
    deed: str
    unless: str = ""


class Obstacle(NamedTuple):
    """trouble: the obstacle in the hero's own words; unless: traits of a hero to whom it is none."""

    text: str
    trouble: str
    ways: tuple
    unless: str = ""


WIND = "[Suddenly,|Then] [a strong|a wild] wind [took the {thing} and blew it|carried the {thing}] "

ON_THE_WAY = {
    # on the road
    "river": Obstacle(
        "[Soon|After a while|At noon], {he} came to a [wide|deep|cold] river, and [there was no bridge|the bridge "
        "was gone].",
        "I cannot get across the river", (
            Way("beaver", "[build|make] a bridge",
                "{They} cut down a [thin|tall] tree with {their} [strong|sharp] teeth, and it fell right across "
                "the water. {hero} walked over it, [step by step|one step at a time]."),
            Way("bear", "lift [any log|the heaviest log]",
                "{They} [found|took] a [long|fallen] log and laid it across the water. {hero} walked over it [with "
                "dry feet|as if it were a bridge]."),
            Way("frog", "show you the [flat|safe] stones",
                "{They} jumped from stone to stone, and {hero} followed [close behind|carefully] until they were "
                "on the other side."),
            Way("pony", "carry you on my back",
                "{hero} [climbed|sat down] on {their} [warm|broad] back, and {they} walked [slowly|safely] through "
                "the [cold |]water to the other side.", "big"),
            Way("duck otter", "find a place where you can walk",
                "{They} swam up and down the river until {they} found a place where the water was not deep. There, "
                "{hero} walked across with [wet|cold] feet and a happy heart.", "hooves")),
        "swims flies"),
    "path": Obstacle(
        "[In|In the middle of] the forest, the path split in two, and there was no sign.",
        "I do not know which way to go", (
            Way("sparrow owl", "look from above",
                '{They} flew high above the trees and looked around. "Take the [left|right] path!" {they} called.'),
            Way("squirrel", "see everything from the top of a tree",
                '{They} ran up the tallest tree and looked around. "Take the [left|right] path!" {they} called '
                "down."),
            Way("tortoise deer", "show you the way",
                "{They} had lived there for many years and knew every [path|tree]. [Step by step|Without one wrong "
                "turn], {they} led {hero} through the forest."),
            Way("puppy fox", "[find the way|tell the right way] with my nose",
                "{They} sniffed at both paths. One smelled only of old leaves, but the other smelled of many feet. "
                "That was the right one!", "nose")),
        "climbs flies"),
    "hedge": Obstacle(
        "[Soon|After a while|At noon], {he} came to a [high|thick|wide] hedge full of thorns, and there was no gate.",
        "I cannot get through the thorns", (
            Way("mole badger rabbit", "dig a tunnel",
                "[Earth flew in all directions|{They} dug as fast as {they} could], and soon there was a tunnel "
                "under the hedge. {hero} slipped through to the other side.", "big"),
            Way("goat", "eat even the sharpest thorns",
                "Munch, munch, munch! Soon there was a [hole|door] in the hedge, [just big enough|big and round], "
                "and {hero} walked through."),
            Way("bear", "hold the branches apart",
                "With {their} thick fur, {they} did not feel the thorns at all. {They} held the branches apart, "
                "and {hero} walked through [without a scratch|safely]."),
            Way("hedgehog mouse hamster", "show you a [secret|hidden] gap",
                "{They} ran along the hedge to a gap behind [an old|a big] stone. {hero} held {his} breath and "
                "slipped through.", "big")),
        "digs flies climbs small tiny little spines"),
    "fog": Obstacle(
        "[Suddenly|After a while], [thick|white] fog [rose from the fields|came down from the hills], and {he} "
        "could not see the path any more.",
        "I cannot see the way", (
            Way("lamb", "lead you with my bell",
                "The bell around {their} neck rang softly, and {hero} followed the sound, [step by step|one step "
                "at a time], until the fog was behind them."),
            Way("mole", "find the way without my eyes",
                "{They} felt the ground with {their} [wide|soft] paws and never took a wrong turn. {hero} stayed "
                "close behind {them} until the fog was gone."),
            Way("puppy fox", "follow my nose",
                "{They} put {their} nose to the ground and walked ahead, and {hero} stayed close behind {them} "
                "until [the sun came out|the fog was gone]."),
            Way("owl rabbit", "hear even the smallest sound",
                "{They} listened for the little stream beside the path. They followed its sound through the fog "
                "until the [air was clear|sun came out] again.")),
        "nose mole owl"),
    "rocks": Obstacle(
        "[Soon|After a while|At noon], {he} came to a wall of [steep|high|smooth] rocks.",
        "the rocks are too steep for me", (
            Way("goat", "show you where to step",
                "{They} climbed ahead and showed {him} every safe place. [Slowly|Carefully], {hero} followed "
                "{them} to the top."),
            Way("squirrel raccoon", "climb up and let down a rope",
                "{They} ran up the rocks, tied a [long|strong] rope to a tree and let it down. {hero} held on with "
                "all {his} strength, and soon {he} was at the top.",
                "hooves shell big"),
            Way("lizard", "find a path where others see only stones",
                "{They} ran over the warm stones and found a [hidden|small] path between them. It was safe, and it "
                "led {hero} all the way to the top."),
            Way("rabbit badger", "show you an old tunnel",
                "It began behind a bush and went up through the [rocks|hill]. It was dark inside, but {friend} "
                "[walked|went] ahead, and soon they saw the light at the top.", "big"),
            Way("bear", "lift you up",
                "{They} put {hero} on {their} [broad|strong] shoulders and stood up very tall. From there, it was "
                "only a small step to the top.", "big")),
        "climbs flies"),
    "foot": Obstacle(
        "[Halfway there|After a while|Soon], {he} stepped on a [sharp|long] thorn, and [{his} foot hurt|now {his} "
        "foot hurt] with every step.",
        "there is a thorn in my foot", (
            Way("mouse hamster", "pull out any thorn",
                "{They} took the thorn between {their} [tiny|small] paws and pulled it out so [quickly|gently] "
                "that {hero} hardly felt it."),
            Way("sparrow duck", "pull it out with my beak",
                "{They} took hold of the thorn and pulled [once|hard]. Out it came, and {hero} could walk again."),
            Way("raccoon squirrel", "take care of that",
                "With quick and careful paws, {they} pulled out the thorn and put a [cool|soft] leaf around the "
                "foot. Soon {hero} could walk again.")),
        "hooves flies small raccoon squirrel"),
    # what the wind takes
    "tree": Obstacle(
        WIND + "[into|up into] the top of a [tall|high] tree.",
        "the {thing} is stuck in the tree", (
            Way("squirrel raccoon kitten", "climb any tree",
                "{They} ran up the [trunk|tree], pulled the {thing} [free|out of the branches] and brought it "
                "[down|safely down]."),
            Way("sparrow owl", "fly up to the top",
                "{They} flew up, pulled the {thing} [free|out of the branches] with {their} beak and let it fall "
                "[softly|gently] into the grass."),
            Way("bear", "shake the tree",
                "{They} put {their} [big|strong] arms around the tree and shook it [once|hard]. Down came the "
                "{thing}, together with [a rain of|a hundred] leaves.")),
        "climbs flies"),
    "pond": Obstacle(
        WIND + "[out|far out] onto a [deep|cold] pond.",
        "the {thing} is out on the water", (
            Way("duck", "swim to the middle of any pond",
                "{They} paddled out, took the {thing} in {their} beak and pulled it back. In the [warm |]sun, it "
                "was soon dry."),
            Way("otter beaver", "swim as fast as a fish",
                "{They} dived in and came back with the {thing} on {their} back. In the [warm |]sun, it was soon "
                "dry."),
            Way("puppy", "bring back anything",
                "{They} jumped in at once and brought the {thing} back. Then {they} shook {their} fur until both "
                "of them were wet, and they laughed and lay in the sun until everything was dry."),
            Way("frog", "jump from leaf to leaf",
                "{They} jumped from one water lily to the next and pushed the {thing} back to the shore. In the "
                "[warm |]sun, it was soon dry.")),
        "swims flies"),
    "bush": Obstacle(
        WIND + "[into|deep into] a thorn bush.",
        "the {thing} is in the thorn bush", (
            Way("mouse hamster lizard", "slip between the thorns",
                "{They} slipped in without a scratch and pushed the {thing} out, [bit by bit|little by little]."),
            Way("hedgehog", "walk through any thorns",
                "{They} had [sharp spines|a hundred spines] of {their} own and was not afraid of thorns at all. "
                "{They} walked right in and came back with the {thing}."),
            Way("tortoise", "walk into any thorn bush",
                "No thorn could scratch {their} hard shell. Slowly, {they} walked in, and slowly, {they} came back "
                "with the {thing}."),
            Way("goat", "eat even the sharpest thorns",
                '{They} ate one branch after another until the {thing} was free. "Very good!" {they} said.')),
        "small tiny little spines shell goat bear flies"),
    "tear": Obstacle(
        "[But|Then] the {thing} caught on a [sharp stone|branch|thorn], and now there was a [big|long] hole in it.",
        "the {thing} is torn", (
            Way("mouse", "sew",
                "{They} took a needle and [white|blue|red] thread and sewed until the {thing} was [as good as "
                "new|even stronger than before]."),
            Way("sparrow", "mend it the way I build my nest",
                "{They} pulled a [thin|soft] thread in and out with {their} beak, and soon the {thing} was [as "
                "good as new|even stronger than before]."),
            Way("hamster", "[find|give you] something for that",
                "{They} pulled a piece of cloth, a needle and some thread out of {their} [round|big] cheeks, and "
                "soon the hole was gone."),
            Way("raccoon", "mend anything",
                "With quick paws, {they} cut a [star|heart|flower] out of old cloth and sewed it over the hole. "
                "Now the {thing} was even more beautiful than before.")),
        "mouse sparrow hamster raccoon"),
}
