"""What is hard for the stories' heroes in the garden, on the stage and in the water, and who can help or teach them."""
from hw2.story_obstacles import Obstacle, Way

AT_WORK = {
    # in the garden
    "soil": Obstacle(
        "But the ground was [as hard as stone|dry and hard and full of stones].",
        "the ground is too hard for my seeds", (
            Way("mole badger rabbit", "dig [faster than anyone|all day long]",
                "{They} dug and dug until the earth was soft [and dark|everywhere]. Then they planted the seeds, "
                "[one by one|row by row]."),
            Way("piglet", "turn over the earth with my nose",
                "{They} pushed {their} [round|pink] nose through the earth until it was soft [and "
                "dark|everywhere]. Then they planted the seeds, [one by one|row by row]."),
            Way("bear", "break the hardest ground",
                "With {their} strong paws, {they} broke the ground and threw out the stones. Then they planted the "
                "seeds, [one by one|row by row]."),
            Way("pony", "pull a plough",
                "{They} pulled an old plough up and down until the earth was soft [and dark|everywhere]. Then they "
                "planted the seeds, [one by one|row by row].")),
        "digs bear pony piglet"),
    "dry": Obstacle(
        "{He} planted them with care, but then no rain fell for [three|many] weeks.",
        "the ground is too dry", (
            Way("beaver", "lead the stream to your garden",
                "{They} dug a [long|small] ditch, and soon [clear|cool] water ran from the stream to the seeds. "
                "After [a week|a few days], the first green leaves came out."),
            Way("pony bear", "carry a lot of water",
                "Every evening, {they} carried two big buckets up from the river. After [a week|a few days], the "
                "first green leaves came out."),
            Way("frog", "find water anywhere",
                "{They} hopped here and there and stopped at a [flat|green] stone. Under it was a spring with "
                "[clear|cool] water, enough for all the seeds.")),
        "beaver frog big"),
    "brambles": Obstacle(
        "But brambles [grew over everything|had grown everywhere], [and their thorns were long|and there was no "
        "room for a single seed].",
        "the brambles are in the way", (
            Way("goat", "eat brambles for breakfast",
                "{They} ate [one bramble after another|and ate] until the ground was free. Then they planted the "
                "seeds, [one by one|row by row]."),
            Way("beaver", "cut anything with my teeth",
                "{They} cut down [one bramble after another|the brambles one by one], and {hero} carried them "
                "away. Then they planted the seeds.",
                "flies small"),
            Way("bear badger", "pull out any bramble",
                "With {their} strong paws, {they} pulled out the brambles, roots and all. Then they planted the "
                "seeds, [one by one|row by row].")),
        "goat beaver bear badger"),
    "seeds": Obstacle(
        "But {he} [tripped over a root|fell over a stone], and all the seeds flew into the tall grass.",
        "my seeds are all in the grass", (
            Way("sparrow duck", "see even the smallest seed",
                "{They} [looked under every leaf|walked up and down] and picked up one seed after another with "
                "{their} beak. Then they planted them all."),
            Way("mouse hamster", "find seeds with my eyes closed",
                "{They} sniffed here and there in the grass and found [every single seed|all of them but one]. "
                "Then they planted them."),
            Way("squirrel", "find anything that is hidden",
                "{They} looked for the seeds the way {they} looked for {their} nuts in winter, and found [every "
                "single one|all of them but one]. Then they planted them.")),
        "flies small squirrel nose"),
    # on the stage
    "crowd": Obstacle(
        "But when {he} thought of all the eyes in the dark, {his} [legs|knees] began to shake.",
        "I am afraid of all those eyes", (
            Way("owl kitten", "tell you a secret",
                "{hero} only had to look into two [big|kind|bright] eyes, and it was as if there were no others. "
                "{His} fear grew small."),
            Way("tortoise", "teach you an old trick",
                "Whenever {they} was afraid, {they} closed {their} eyes and counted to [three|five|ten]. {hero} "
                "[tried it|did the same], and {his} heart grew calm."),
            Way("rabbit hamster", "practise with you",
                "{They} put [six|ten|twelve] pumpkins in a row, and {hero} practised in front of them until {he} "
                "was not afraid any more."),
            Way("puppy lamb piglet", "sit in the first row and smile",
                "{hero} thought about that. One friendly face was stronger than [a hundred|many] eyes, and {his} "
                "fear melted like snow in the sun.")),
        "brave"),
    "forget": Obstacle(
        "But [every time|whenever] {he} practised, {he} forgot [the middle|the end|half of it].",
        "I cannot remember it all", (
            Way("squirrel", "show you how I remember my nuts",
                "They walked from tree to tree, and {hero} learned one small part under each. After that, {he} "
                "only had to think of the trees."),
            Way("beaver", "show you how I build a dam",
                "First came one stick, and then the next. In the same way, {hero} learned one small part at a "
                "time, until nothing was missing."),
            Way("mouse mole", "draw it all for you",
                "{They} drew little pictures in the sand, one for each part, and {hero} looked at them until {he} "
                "knew them all by heart."),
            Way("duck goat", "practise it with you, step by step",
                "Left, right, left, right, they marched around the [pond|meadow], one small part for each step, "
                "until {hero} knew it all.")),
        "clever"),
    "hoarse": Obstacle(
        "But then {he} woke up with a sore throat and could only whisper.",
        "my voice is almost gone", (
            Way("bear", "bring you some honey",
                "It was [golden|sweet] and thick, and {hero} ate a [little|spoonful] every hour. The next day, "
                "{his} voice was back."),
            Way("rabbit hedgehog", "make good tea",
                "{They} picked fresh mint and made a big pot of tea. {hero} drank [three|four] cups and slept "
                "well, and the next day, {his} voice was back."),
            Way("deer goat", "find a herb for that",
                "It grew only [by the spring|on the hill] and tasted bitter, but {hero} ate it all. The next day, "
                "{his} voice was back."),
            Way("lamb", "give you some of my wool",
                "{They} made a [thick|soft|warm] scarf out of it, and {hero} wore it day and night. The next day, "
                "{his} voice was back.")),
        "bear"),
    "feet": Obstacle(
        "But {he} [always|often] stumbled over {his} own feet [and fell down|and fell into the flowers].",
        "I always fall over my own feet", (
            Way("goat pony", "[beat|tap] the time for you",
                "{Their} hooves went tap, tap, tap, slowly at first and then a little faster. Soon, {hero} was "
                "dancing in time, and {his} feet."),
            Way("deer kitten", "show you how to step lightly",
                "They danced over the soft moss, slowly and lightly, until {hero} did not stumble [once|any more]."),
            Way("duck", "teach you my own dance",
                "{They} walked in a funny way and danced in a funny way. {hero} [tried it|did the same], and now "
                "every stumble was a new step."),
            Way("frog", "teach you to hop",
                '"One, two, hop!" [called|sang] {friend}. {hero} hopped after {them}, again and again, until {his} '
                "feet knew what to do.")),
        "goat deer pony frog kitten squirrel"),
    "quiet": Obstacle(
        "But {his} voice was so [quiet|soft] that nobody could hear {him} [behind|from behind] the first row.",
        "my voice is too quiet", (
            Way("frog", "teach you how to breathe",
                "{They} blew up {their} cheeks and breathed deep into {their} belly. {hero} did the same, and "
                "{his} voice grew louder and louder."),
            Way("raccoon beaver squirrel", "make you a horn",
                "{They} rolled a piece of bark into a horn. When {hero} tried it, {his} voice rang through the "
                "whole forest."),
            Way("owl sparrow", "find a better place",
                "{They} knew a place between two rocks where every sound grew big. {hero} tried it, and {his} "
                "voice rang like a bell. So they all met there.")),
        "frog owl sparrow duck big puppy"),
    # in the water
    "deep": Obstacle(
        "But the water looked deep and dark, and {he} did not dare to go in.",
        "the water is too deep for me", (
            Way("otter", "show you a better place",
                "Behind the reeds, the water was [clear|calm] and warm. {hero} went in [step by step|one step at a "
                "time] and felt the soft sand under {his} feet."),
            Way("beaver", "give you something to hold",
                "{They} pushed a [light|thin] log into the water. {hero} held on to it and [paddled|kicked] a "
                "little farther every day."),
            Way("duck", "stay right beside you",
                "{They} put one wing under {his} belly, and {hero} paddled a little farther every day. In the end, "
                "{he} did not need the wing any more."),
            Way("frog", "start with you in a puddle",
                "First they played in a puddle, then in a [little|small] stream, and at last in the lake. By then, "
                "{hero} was not afraid any more.")),
        "brave"),
    "sink": Obstacle(
        "But as soon as {he} tried, {he} splashed [wildly|in all directions] and went under.",
        "I always go under", (
            Way("frog", "show you how to kick",
                "First {hero} had to pull in {his} legs, and then {he} had to kick. {He} tried it [again and "
                "again|ten times], and every time {he} came a little farther."),
            Way("duck", "show you how to paddle",
                "{hero} moved {his} legs slowly, as if {he} were walking. {He} stopped splashing, and at last, the "
                "water carried {him}."),
            Way("otter", "teach you to float",
                "{hero} lay on {his} back and looked at the clouds, and the water carried {him} like a [soft "
                "|]bed. After that, the rest was easy."),
            Way("beaver", "give you something to hold",
                "{They} pushed a [light|thin] log into the water. {hero} held on to it and kicked, a little better "
                "every day."))
    ),
    "current": Obstacle(
        "But after a night of rain, it was wild and pulled at {his} legs.",
        "the water is too wild for me", (
            Way("beaver", "build a dam",
                "{They} laid stick upon stick, and soon there was a calm little pool. There, {hero} learned to "
                "paddle and to kick."),
            Way("otter", "show you a quiet place",
                "Behind a fallen tree, the water was calm and clear. There, {hero} learned to float, to paddle and "
                "to dive."),
            Way("duck frog", "take you to my pond",
                "It lay behind the reeds and was as smooth as glass. There, {they} showed {him} every stroke, "
                "again and again."))),
}
