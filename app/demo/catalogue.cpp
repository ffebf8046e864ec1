// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/catalogue.h"

#include <array>

namespace xray::app {

namespace {

using Names = const char *const[];

constexpr Names kLaptopStands{"Aluminium laptop stand, adjustable", "Foldable laptop riser",
                              "Laptop stand with USB-C hub", "Walnut laptop stand"};
constexpr Names kPhoneCases{"Phone case, shockproof", "Clear phone case, slim",
                            "Leather phone wallet", "Phone case with ring holder"};
constexpr Names kMice{"Silent wireless mouse", "Ergonomic vertical mouse",
                      "Travel mouse, rechargeable"};
constexpr Names kHubs{"USB hub, 7 ports, powered", "USB-C hub with HDMI", "Slim 4-port USB hub"};
constexpr Names kArms{"Monitor arm, gas spring", "Dual monitor arm", "Wall mount for monitors"};
constexpr Names kKeyboards{"Mechanical keyboard, brown switches", "Low-profile keyboard",
                           "Split keyboard"};
constexpr Names kBottles{"Steel water bottle, 750 ml", "Insulated bottle with straw",
                         "Glass bottle with sleeve"};
constexpr Names kTents{"Two-person trekking tent", "Family dome tent", "Ultralight tarp tent"};
constexpr Names kLamps{"Desk lamp, dimmable", "Clamp lamp with long arm", "Reading light"};
constexpr Names kBags{"Laptop backpack, 20 l", "Messenger bag, waxed canvas", "Roll-top rucksack"};
constexpr Names kHeadphones{"Over-ear headphones, noise cancelling", "Open-back headphones",
                            "Sports earbuds"};
constexpr Names kCables{"USB-C cable, braided, 2 m", "Charging cable, right angle",
                        "Retractable cable"};
constexpr Names kYoga{"Natural rubber yoga mat", "Travel yoga mat", "Cork yoga block"};
constexpr Names kCoffee{"Pour-over coffee set", "Hand grinder, steel burrs", "French press, 1 l"};
constexpr Names kJapanese{"折りたたみノートパソコンスタンド", "木製ノートPCスタンド",
                          "アルミ製スタンド 角度調整"};
constexpr Names kArabic{"حامل حاسوب محمول قابل للطي", "حامل ألومنيوم", "قاعدة خشبية للحاسوب"};
constexpr Names kGifts{"🎁 Gift box “Sunday morning” ☕", "🌱 Grow-your-own kit",
                       "🧩 Puzzle, 1,000 pieces"};
constexpr Names kLong{
    "Universal height-adjustable ventilated aluminium alloy notebook and tablet holder with "
    "detachable phone bracket, silicone pads, cable guide and carrying sleeve (space grey, 2nd "
    "generation, gift packaging)",
    "Holder, grey"};

constexpr std::array<Topic, 18> kTopics{{
    {"laptop stand", "Laptop Stand", "Office > Desk accessories", 39, kLaptopStands},
    {"phone case", "Phone Case", "Phones > Cases", 19, kPhoneCases},
    {"wireless mouse", "Wireless Mouse", "Computers > Mice", 29, kMice},
    {"usb hub", "USB Hub", "Computers > Hubs", 34, kHubs},
    {"monitor arm", "Monitor Arm", "Office > Mounts", 89, kArms},
    {"mechanical keyboard", "Mechanical Keyboard", "Computers > Keyboards", 99, kKeyboards},
    {"water bottle", "Water Bottle", "Sports > Bottles", 24, kBottles},
    {"tent for two", "Tent", "Outdoor > Tents", 189, kTents},
    {"desk lamp", "Desk Lamp", "Home > Lighting", 45, kLamps},
    {"backpack", "Backpack", "Travel > Bags", 79, kBags},
    {"noise cancelling headphones", "Headphones", "Audio > Headphones", 199, kHeadphones},
    {"usb-c cable", "USB-C Cable", "Phones > Cables", 12, kCables},
    {"yoga mat", "Yoga Mat", "Sports > Yoga", 35, kYoga},
    {"coffee set", "Coffee Set", "Kitchen > Coffee", 49, kCoffee},
    {"ノートパソコン スタンド", "ノートパソコンスタンド", "オフィス > デスク用品", 39, kJapanese},
    {"حامل حاسوب", "حامل الحاسوب المحمول", "مكتب > إكسسوارات", 39, kArabic},
    {"gift 🎁 for a friend", "Gift 🎁", "Gifts", 29, kGifts},
    {"height adjustable notebook holder with cable guide and carrying sleeve for travel",
     "Universal Height-Adjustable Notebook Holder",
     "Office > Desk accessories > Holders and stands", 59, kLong},
}};

constexpr std::array<Question, 8> kQuestions{{
    {"How do I return an item?", "Within 30 days, with the label from your order page.",
     "return policy"},
    {"Where is my parcel?", "It left the depot this morning and arrives tomorrow.",
     "shipping states"},
    {"Can I change the delivery address?", "Yes, until the parcel is handed to the carrier.",
     "delivery changes"},
    {"My invoice shows the wrong company name", "I have sent you a corrected invoice.",
     "invoices and tax"},
    {"The lamp flickers, what now?", "Please try the second dimmer setting; else we replace it.",
     "warranty"},
    {"Do you ship to Norway?", "Yes, customs are included in the price.", "shipping zones"},
    {"返品の方法を教えてください", "注文ページのラベルで30日以内に返送できます。", "return policy"},
    {"متى يصل طلبي؟", "يصل طلبك غدًا قبل الظهر.", "shipping states"},
}};

constexpr std::array kBrands{"Nordia",  "Halden",  "Tokkai", "Brightway",
                             "Oakline", "Vantero", "Lumo"};
constexpr std::array kFeatures{"black",         "2-pack",     "compact",
                               "for travel",    "extra wide", "second generation",
                               "with warranty", "matt",       "eco"};

} // namespace

std::span<const Topic> topics()
{
    return kTopics;
}

std::span<const Question> questions()
{
    return kQuestions;
}

QByteArray candidateName(const Topic &topic, int n)
{
    const auto known = static_cast<int>(topic.products.size());
    if (n < known)
        return topic.products[static_cast<std::size_t>(n)];
    const auto other = static_cast<std::size_t>(n - known);
    return QByteArray(kBrands[other % kBrands.size()]) + ' ' + topic.title + ", " +
           kFeatures[(other / kBrands.size() + other) % kFeatures.size()];
}

} // namespace xray::app
