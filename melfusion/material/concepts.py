"""What scenes are about: things and places, the mood each one has, and the styles that suit it.

A scene draws a concept first and its style, energy, brightness and mode from it, so that a picture
of the concept says something about the music. The figures follow the circumplex of affect (Russell,
1980): valence and energy, with brightness for the light of the picture and of the sound.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Concept:
    """One thing or place.

    Attributes:
        name: its name in the manifest.
        valence: 0 sad or hostile, 1 happy.
        energy: 0 still, 1 wild.
        brightness: 0 dark, 1 bright.
        styles: how much each style suits it.
        phrases: how a caption puts it after "for" or "like".
        keywords: words that a fitting picture's label has.
        views: the kinds of drawn picture that show it (see drawing.py).
        colours: its palette as RRGGBB, from the background to the accent.
    """

    name: str
    valence: float
    energy: float
    brightness: float
    styles: dict[str, float]
    phrases: tuple[str, ...]
    keywords: tuple[str, ...]
    views: tuple[str, ...]
    colours: tuple[str, ...]


# name | valence energy brightness | styles | phrases | keywords | views | colours
_TABLE = """
beach | .85 .55 .8 | house 2, dub 3, funk 1 | a sunny beach; palm trees and sand | beach palm surfboard sandcastle starfish | sea sun | 7ecbe6 f6e2a5 2a9d8f
sunset | .65 .35 .55 | synthwave 2, house 1, lo-fi 2 | a sunset; the last light of the day | sunset dusk | sunset sea | f4845f 7b2d5b ffd166
sunrise | .75 .4 .75 | trance 2, ambient 2, house 1 | a sunrise; the first light of morning | sunrise dawn morning | sunset hills | ffd9a0 f7a072 5fa8d3
storm | .2 .85 .2 | drum and bass 2, techno 2, rock 1 | a thunderstorm; dark clouds and lightning | storm lightning thunder tornado | storm | 2b2d42 4a4e69 f2e86d
rain on glass | .3 .25 .3 | lo-fi 4, ambient 1, ballad 1 | rain on a window; a rainy evening indoors | rain umbrella raindrop | rain | 4a5a6a 2f3e46 9fb4c0
neon street | .5 .65 .45 | synthwave 4, techno 1, trap 1 | a neon street at night; glowing signs in the dark | neon sign arcade | neon | 140a26 ff2e93 21e6ff
night city | .45 .5 .25 | synthwave 2, hip hop 2, house 1, jazz 1 | a city at night; lit windows downtown | city skyline skyscraper building | city | 0f1626 1f2b47 ffd27d
morning city | .65 .55 .7 | house 2, funk 1, hip hop 1 | a city waking up; morning traffic | city town street tower | cityday | a8d0e6 7c8ea0 f4d58d
forest | .55 .25 .4 | ambient 3, waltz 1, prog 1 | a deep forest; light between the trees | tree forest pine leaf fern | forest | 1f3d2b 3f6b46 a3c586
jungle | .55 .7 .5 | drum and bass 3, dub 1 | a jungle; green thickets | monkey parrot jungle tiger vine | forest | 12402a 2f7d4f e0c341
mountains | .6 .4 .65 | ambient 2, trance 2, prog 1 | high mountains; a wide view from the summit | mountain peak hill climber | mountains | a9c6de 5b7083 f4f7fa
desert | .45 .4 .75 | dub 2, techno 1, ambient 1, prog 1 | a wide desert; dunes under the sun | desert cactus camel pyramid | dunes | f0c987 c98b4e 7fb2d6
snow | .55 .2 .9 | ambient 3, waltz 1, lo-fi 1 | falling snow; a white winter day | snow snowman snowflake winter ski | snow | dfe9f2 a9bfd3 ffffff
ice | .4 .2 .85 | ambient 3, techno 1 | ice and cold air; a frozen lake | ice penguin polar frozen | snow mountains | cfe8f3 7fb5d1 ffffff
ocean | .5 .4 .5 | ambient 3, drum and bass 1, dub 1 | the open ocean; long waves | ocean wave whale dolphin | sea | 1b4f72 2e86ab a9d6e5
underwater | .5 .25 .4 | ambient 3, dub 2 | deep under water; drifting among fish | fish shark seahorse coral octopus | underwater | 06384f 0b6e8a 6fd0d8
river | .65 .35 .65 | waltz 1, lo-fi 1, ambient 1 | a slow river; water over stones | river bridge boat canoe | hills sea | 8fc1d4 6a994e e9edc9
waterfall | .65 .6 .7 | trance 1, prog 1, drum and bass 1 | a waterfall; rushing water | waterfall fountain | rain mountains | 7fc8d8 3d6b4f eaf7fa
space | .45 .4 .2 | ambient 2, techno 2, trance 2 | outer space; stars and silence | planet galaxy astronaut rocket satellite | stars | 05060f 2a1e5c e8e6ff
moon | .4 .2 .25 | ambient 2, lo-fi 2, jazz 1 | the moon; a moonlit night | moon crescent | moon | 10172e 2e3a5f f4f1de
stars | .6 .25 .3 | ambient 3, trance 2 | a starry sky; stars above | star constellation | stars | 070b1f 1c2a57 fff4c2
robot | .45 .65 .5 | techno 3, synthwave 1, trap 1 | a robot; machines that move | robot android | machine circuit | 3a4454 8d99ae ef476f
factory | .25 .75 .25 | techno 4, rock 1 | a factory; iron and steam | factory gear industry machine chimney | machine | 3b3a36 6c6b66 d98e04
computer | .5 .5 .55 | techno 2, synthwave 2 | a computer room; screens and code | computer keyboard monitor laptop | circuit | 0b2a1f 14532d 4ade80
video game | .8 .75 .75 | synthwave 3, trance 1, prog 1 | a video game; an old arcade | game joystick pacman controller | pixels | 1a1c2c 41a6f6 f4f4f4
cathedral | .4 .25 .35 | ambient 4, ballad 1 | a cathedral; a vast stone hall | church cathedral cross | arches | 3a2f2a 7d6a58 e3c565
graveyard | .1 .2 .1 | ambient 2, trap 2, techno 1 | a graveyard; fog among old stones | grave tombstone skull coffin skeleton | graveyard | 1c1f24 3a4046 8fa38f
ghost | .2 .3 .2 | trap 3, ambient 1 | a haunted house; ghosts in the attic | ghost halloween witch bat pumpkin | graveyard moon | 1a1326 4b2e63 ff8c42
castle | .5 .4 .45 | prog 2, waltz 2, ballad 1 | an old castle; towers and stone walls | castle knight tower crown | castle | 6b7a8f 4a4e57 c9b458
dragon | .35 .85 .35 | rock 2, prog 2, drum and bass 1 | a dragon; fire and wings | dragon dinosaur monster | flames castle | 2b0f0f 8c1c13 f9a03f
fire | .4 .9 .55 | rock 2, drum and bass 1, techno 1, trap 1 | a blazing fire; flames in the dark | fire flame torch explosion | flames | 2a0d06 d1360a ffc145
campfire | .7 .3 .4 | waltz 2, ballad 1, lo-fi 1 | a campfire; friends around the embers | campfire tent camping | flames stars | 14110f 7a3e12 ffb347
volcano | .25 .95 .4 | drum and bass 2, rock 2 | a volcano; glowing lava | volcano lava | flames mountains | 2b1a1a a4243b ff7b00
flowers | .85 .35 .85 | waltz 3, house 1, ballad 1 | a meadow of flowers; blossoms in spring | flower rose tulip daisy blossom | meadow | cdeac0 ff8fab ffd166
garden | .8 .3 .8 | waltz 2, lo-fi 1, jazz 1 | a quiet garden; a green afternoon | garden gnome butterfly plant | meadow | b7d7a8 6aa84f f6b26b
autumn | .4 .25 .45 | lo-fi 2, ballad 2, jazz 1, waltz 1 | autumn leaves; a grey October day | autumn maple leaf acorn mushroom | forest hills | c8763b 8c3f1f e9c46a
spring | .85 .45 .85 | house 1, waltz 2, funk 1 | the first warm day of spring | spring bird nest egg | meadow hills | bfe3c0 8ecae6 ffafcc
summer | .9 .65 .9 | house 3, funk 2, dub 1 | a hot summer day; endless summer | sun sunglasses icecream summer | sun sea | 56c1f0 ffe066 ff6b6b
cat | .65 .25 .6 | lo-fi 3, jazz 2 | a lazy cat; a cat on the windowsill | cat kitten | interior abstract | d8c3a5 8e8d8a e98074
dog | .8 .7 .7 | funk 2, rock 1, house 1 | a happy dog; a dog running in the park | dog puppy | meadow abstract | c2e59c c69749 ffffff
horse | .6 .7 .6 | rock 1, waltz 1, trance 1 | a galloping horse; wild horses | horse pony | hills dunes | d9c5a0 8a5a2b 87a96b
birds | .75 .45 .8 | waltz 2, ambient 1, funk 1 | birds in the air; birdsong | bird swallow owl eagle parrot | sky | a9def9 ffffff 5c677d
butterfly | .8 .3 .85 | waltz 2, ambient 2 | butterflies; something light and fluttering | butterfly dragonfly | meadow abstract | e4c1f9 a9def9 fcf6bd
lion | .5 .75 .6 | hip hop 1, rock 2, dub 2 | a lion; a proud roar | lion tiger leopard bear | dunes abstract | e0a458 9c4a1a ffdf9e
wolf | .2 .5 .2 | techno 1, prog 2, ambient 1 | a wolf in the night; howling at the moon | wolf fox bat | moon forest | 1d2430 4b5563 c7d0d9
elephant | .55 .4 .5 | dub 2, funk 1, hip hop 1 | a slow elephant; heavy steps | elephant hippo rhinoceros | dunes hills | b8b8aa 7d7f7d dda15e
snake | .2 .5 .3 | trap 3, techno 2 | a snake; something creeping | snake lizard scorpion spider | dunes abstract | 283618 606c38 dda15e
insects | .45 .65 .5 | techno 2, drum and bass 1, prog 1 | swarming insects; buzzing wings | bee beetle ant ladybug fly | meadow abstract | e9d985 3b3a1e f25f3a
farm | .75 .4 .7 | waltz 2, rock 1 | a farm; cows and barns | cow farm barn tractor pig sheep chicken | hills | a7c957 bc4749 f2e8cf
circus | .75 .75 .75 | waltz 4, funk 1 | a circus; clowns and acrobats | circus clown juggler balloon | stripes | d62828 fcbf49 fff3d6
carnival | .9 .9 .85 | funk 3, house 2 | a carnival parade; confetti and costumes | mask carnival parade ferris | confetti | 7b2cbf ff9e00 00bbf9
party | .9 .9 .7 | house 4, funk 2, trance 1 | a party; a packed dance floor | party cocktail champagne balloon | confetti disco | 3c096c ff006e ffbe0b
disco | .85 .85 .6 | funk 5, house 2 | a disco; a mirror ball | dance dancer disco record | disco | 240046 c77dff ffd60a
crowd | .65 .85 .6 | rock 2, trance 2, house 1 | a cheering crowd; thousands of people | crowd people audience group | crowd | 22223b 9a8c98 f2e9e4
festival | .85 .9 .65 | trance 4, house 1, drum and bass 1 | a festival stage; lasers over a crowd | stage microphone concert speaker | crowd disco | 10002b 9d4edd 4cc9f0
wedding | .85 .35 .85 | ballad 3, waltz 3 | a wedding; the first dance | wedding bride ring cake heart | confetti abstract | fff1e6 f7cad0 d4af37
love | .75 .3 .6 | ballad 4, lo-fi 1, jazz 1 | being in love; a tender moment | heart love kiss cupid | hearts | ffccd5 c9184a fff0f3
heartbreak | .1 .25 .25 | ballad 4, trap 1, lo-fi 1 | a broken heart; saying goodbye | broken tear sad | hearts rain | 4a3f55 7d5a78 b5838d
baby | .75 .12 .8 | ballad 2, waltz 2, ambient 1 | a sleeping baby; a lullaby | baby cradle teddy toy | moon abstract | f9dcc4 bde0fe ffc8dd
children | .9 .7 .85 | funk 1, waltz 2, house 1 | children playing; a playground | child kid playground toy kite | sun confetti | 8ecae6 ffb703 fb8500
birthday | .9 .65 .85 | funk 2, house 2, waltz 1 | a birthday; cake and candles | birthday cake candle gift present | confetti | ffcad4 9bf6ff ffd6a5
christmas | .8 .4 .65 | waltz 2, ballad 2, jazz 1 | christmas; lights and snow | christmas santa reindeer ornament | snow stars | 14452f b3001b f5d547
coffee | .65 .3 .5 | lo-fi 3, jazz 4 | a coffee house; the smell of coffee | coffee cup tea mug | interior | 5a3e2b a67b5b f0dfc4
bar | .5 .4 .3 | jazz 5, hip hop 1 | a smoky bar; a late drink | beer wine bottle glass cocktail | interior neon | 2b1a12 6f2f1a e09f3e
kitchen | .7 .5 .65 | funk 2, jazz 1, lo-fi 1 | a busy kitchen; something on the stove | kitchen food pizza bread cook | interior | f2cc8f e07a5f 81b29a
fruit | .85 .55 .85 | house 1, dub 2, funk 1 | ripe fruit; something fresh and sweet | fruit apple banana orange cherry lemon | abstract sun | fff3b0 f3722c 90be6d
books | .5 .15 .45 | lo-fi 4, jazz 1, ambient 1 | a quiet library; reading at night | book library read pencil | interior | 4a3728 7f5539 ddb892
school | .65 .5 .65 | hip hop 1, rock 1, lo-fi 1 | a classroom; the last day of school | school pencil blackboard teacher globe | interior pixels | 2f5d50 e9c46a f1faee
office | .45 .5 .6 | techno 1, house 1, lo-fi 1 | an office; typing and telephones | office desk phone paper briefcase | cityday interior | cbd2d9 7b8794 3e4c59
train | .55 .65 .45 | techno 2, hip hop 1, rock 1 | a train ride; rails and landscapes | train locomotive railway | hills machine | 8a9ba8 4d5b66 d9822b
car | .6 .75 .5 | synthwave 3, rock 2, trap 1 | a fast car; driving at night | car race truck motorcycle | road | 1b1b3a f72585 4cc9f0
highway | .6 .6 .55 | rock 2, synthwave 3 | an open highway; a long drive | road highway car traffic | road | 6fa8dc 4a4a4a f6d55c
plane | .65 .6 .75 | trance 3, house 1 | flying above the clouds; a plane taking off | airplane plane helicopter balloon | sky | 8ecae6 ffffff 219ebc
ship | .55 .5 .55 | waltz 2, rock 1, dub 1 | a ship at sea; sails in the wind | ship boat sailboat anchor pirate | sea | 2a6f97 8d6b48 f1e3c6
bicycle | .75 .55 .75 | funk 2, house 1, lo-fi 1 | a bicycle ride; rolling along | bicycle bike cyclist | hills cityday | b5e48c 52b69a f9c74f
war | .08 .85 .15 | rock 2, techno 2, drum and bass 1, trap 1 | a war; smoke and ruins | tank soldier gun bomb weapon war | storm flames | 2d2a26 5c5346 a63c06
prison | .1 .35 .15 | trap 3, hip hop 1, techno 1 | a prison cell; steel bars | prison jail handcuffs lock | arches machine | 2b2d30 55595e 8a8f94
crime | .2 .5 .2 | trap 3, jazz 1, hip hop 2 | a crime story; detectives in the dark | police gun detective thief money | city rain | 1a1d23 39424e c1121f
money | .6 .6 .5 | trap 4, hip hop 3 | money; gold and banknotes | money coin dollar gold bank | abstract confetti | 14321f 3a7d44 e6c229
sport | .75 .95 .7 | rock 2, drum and bass 2, house 1 | a sports match; running and sweat | ball football basketball tennis runner | abstract stripes | 2d6a4f f1faee e63946
boxing | .4 .95 .4 | hip hop 3, rock 2, trap 2 | a boxing match; a hard workout | boxing muscle weight karate | stripes abstract | 3d0c11 d80032 f9dec9
ballet | .65 .35 .75 | waltz 5, ballad 1 | a ballet; graceful steps | ballet ballerina dancer | stripes abstract | f8e1e7 c9ada7 9a8c98
meditation | .6 .08 .5 | ambient 6 | meditation; breathing slowly | buddha yoga lotus candle | moon abstract | 6d597a b8a1c9 ffe5b4
dream | .6 .15 .5 | ambient 4, lo-fi 2 | a dream; drifting off to sleep | sleep bed cloud pillow | sky stars | 5e548e be95c4 e0b1cb
clouds | .6 .2 .8 | ambient 4, lo-fi 1 | soft clouds; looking at the sky | cloud sky | sky | a2d2ff ffffff cdb4db
rainbow | .95 .6 .9 | trance 2, funk 1, house 1 | a rainbow; colours after the rain | rainbow colour | rainbow | 9bd4f5 ffffff ffd166
fog | .3 .15 .4 | ambient 4, techno 1 | thick fog; nothing to be seen | fog mist smoke | hills sky | 9aa5ab c4ccd0 6b757b
cave | .25 .25 .12 | ambient 2, dub 2, techno 1 | a deep cave; dripping darkness | cave bat crystal rock | arches underwater | 17120f 3d3128 6a8caf
temple | .5 .3 .5 | ambient 2, dub 1, prog 1 | an ancient temple; incense and stone | temple pagoda statue column | arches castle | 7f5539 b08968 e9c46a
japan | .6 .35 .6 | lo-fi 3, synthwave 1, ambient 1 | a garden in japan; cherry blossom | japan pagoda fan bamboo | meadow mountains | f8d7da c1121f fdf0d5
western | .45 .5 .6 | rock 3, waltz 1 | the wild west; a lonely rider | cowboy hat horse cactus boot | dunes road | e3b778 8d5524 5fa8d3
pirates | .6 .75 .45 | waltz 2, rock 2, prog 1 | pirates; a song below deck | pirate skull ship treasure | sea castle | 1d3557 6b4226 e9c46a
magic | .65 .45 .5 | prog 2, ambient 1, waltz 1 | magic; a spell in the air | wizard magic wand fairy unicorn | stars confetti | 3c1874 8338ec ffd60a
clock | .45 .45 .5 | techno 2, prog 2, lo-fi 1 | ticking clocks; time running out | clock watch hourglass | machine abstract | 8c7853 d9c79e 3d3522
music room | .7 .5 .55 | jazz 3, funk 2, rock 1 | musicians playing; instruments on a stage | guitar piano trumpet violin drum saxophone | interior disco | 5c3d2e b85c38 e0c097
science | .5 .5 .55 | techno 2, prog 2, ambient 1 | a laboratory; bubbling glass | science flask microscope atom | circuit underwater | d8f3dc 2a9d8f 264653
hospital | .25 .3 .75 | ambient 2, trap 1, ballad 1 | a hospital; white corridors | hospital doctor nurse medicine syringe | arches abstract | e8f1f2 b3cdd1 d62839
skateboard | .75 .85 .65 | rock 3, hip hop 2 | skateboarding; tricks in the street | skateboard skate sneaker graffiti | cityday stripes | 577590 f94144 f9c74f
graffiti | .55 .7 .55 | hip hop 4, trap 2 | graffiti on a wall; a back street | graffiti spray paint brush | abstract neon | 2b2d42 f72585 f9c74f
painting | .6 .3 .6 | jazz 2, waltz 1, lo-fi 1 | a painting; colours on canvas | paint palette brush easel | abstract | f1dca7 d08c60 5b8e7d
alien | .4 .55 .35 | techno 3, trance 1, synthwave 1 | aliens; a ship from another world | alien ufo saucer | stars neon | 0a1f14 2dc653 b7efc5
underground | .35 .7 .15 | techno 4, drum and bass 2 | an underground club; concrete and strobe lights | subway tunnel | disco arches | 0d0d0d 2f2f2f e5e5e5
ruins | .25 .2 .35 | ambient 3, prog 1, ballad 1 | old ruins; what time has left | ruin column ancient skeleton | arches hills | 8a8577 5d5a50 c2b280
island | .85 .4 .8 | dub 4, house 1, ambient 1 | a far island; turquoise water | island palm turtle coconut | sea sun | 48cae4 fefae0 2d6a4f
picnic | .85 .4 .8 | dub 1, waltz 2, lo-fi 1, funk 1 | a picnic; a blanket in the grass | picnic basket sandwich park | meadow hills | a7c957 e5383b f5f3f4
vampire | .15 .45 .12 | trap 2, techno 2, waltz 1, synthwave 1 | a vampire; blood and velvet | vampire bat dracula coffin | moon castle | 14080e 6a040f d00000
king | .6 .45 .5 | waltz 2, hip hop 2, prog 1 | a royal court; crowns and velvet | king queen crown throne | castle abstract | 3a0ca3 7209b7 ffd60a
loneliness | .12 .15 .3 | lo-fi 2, ballad 3, ambient 2 | being alone; an empty room | alone sad empty chair | rain hills | 5c677d 33415c 979dac
"""  # noqa: E501


def _parse(row: str) -> Concept:
    name, mood, styles, phrases, keywords, views, colours = (p.strip() for p in row.split("|"))
    valence, energy, brightness = map(float, mood.split())
    weights = dict(entry.strip().rsplit(" ", 1) for entry in styles.split(","))
    return Concept(
        name, valence, energy, brightness,
        {style: float(weight) for style, weight in weights.items()},
        tuple(phrase.strip() for phrase in phrases.split(";")),
        tuple(keywords.split()), tuple(views.split()), tuple(colours.split()),
    )  # fmt: skip


CONCEPTS: dict[str, Concept] = {
    concept.name: concept for concept in map(_parse, _TABLE.strip().splitlines())
}
"""Every concept by its name."""
