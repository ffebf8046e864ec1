#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks can fail: each is fed a small bad tree, and a good one it must leave alone."""

import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import check_headers
import check_includes
import check_libraries
import check_targets
import check_texts
import function_lengths

SPDX = "// SPDX-License-Identifier: GPL-3.0-or-later\n"


class TreeTest(unittest.TestCase):
    def setUp(self):
        self.root = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.root)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path


class Includes(TreeTest):
    def setUp(self):
        super().setUp()
        self.write("qt/QtSql/QSqlQuery", "")
        self.write("qt/QtWidgets/QWidget", "")
        self.write("qt/QtCore/QString", "")
        self.write("model/core/ids.h", SPDX)
        self.write("model/store/reader.h", SPDX)

    def problems(self, name, text):
        self.write(name, text)
        found = check_includes.check(self.root, self.root / "qt")
        return [problem for problem in found if problem.startswith(name)]

    def assert_refused(self, name, text, saying):
        problems = self.problems(name, text)
        self.assertEqual(len(problems), 1, problems)
        self.assertIn(saying, problems[0])

    def test_includes_that_point_down_are_fine(self):
        self.assertEqual(self.problems("model/items/a.h", "#include <model/core/ids.h>\n"), [])
        self.assertEqual(self.problems("model/core/a.h", '#include "model/core/ids.h"\n'), [])
        self.assertEqual(self.problems("model/store/a.cpp", "#include <QSqlQuery>\n"), [])

    def test_an_include_that_points_up_is_refused(self):
        self.assert_refused("model/core/a.h", "#include <model/store/reader.h>\n", "may not use")

    def test_an_include_that_climbs_is_refused(self):
        self.assert_refused("model/items/a.h", '#include "../core/ids.h"\n', "climbs")

    def test_a_widget_below_the_views_is_refused(self):
        self.assert_refused("model/items/a.cpp", "#include <QWidget>\n", "Qt Widgets")
        self.assert_refused("model/core/a.cpp", "#include <QtWidgets/QWidget>\n", "Qt Widgets")

    def test_the_database_in_a_view_is_refused(self):
        self.assert_refused("views/runs/a.cpp", "#include <QSqlQuery>\n", "Qt Sql")

    def test_the_database_in_a_header_of_the_app_is_refused(self):
        self.assert_refused("app/a.h", "#include <QSqlQuery>\n", "in a header")
        self.assertEqual(self.problems("app/b.cpp", "#include <QSqlQuery>\n"), [])

    def test_beast_outside_the_listener_is_refused(self):
        self.assert_refused("app/a.cpp", "#include <boost/beast.hpp>\n", "may not use boost")
        self.assertEqual(self.problems("model/ingest/a.cpp", "#include <boost/beast.hpp>\n"), [])

    def test_a_source_that_does_not_begin_with_its_own_header_is_refused(self):
        self.assert_refused(
            "model/core/ids.cpp", "#include <QString>\n#include \"model/core/ids.h\"\n", "own header"
        )

    def test_a_header_of_another_layer_in_quotes_is_refused(self):
        self.assert_refused("model/items/a.h", '#include "model/core/ids.h"\n', "another layer")
        self.assertEqual(self.problems("model/core/a.h", '#include "model/core/ids.h"\n'), [])

    def test_a_folder_without_a_layer_is_refused(self):
        self.assert_refused("misc/a.cpp", "#include <QString>\n", "no layer")


class Targets(unittest.TestCase):
    CORE = "model/core|xray_core|STATIC_LIBRARY|xray_options;Qt6::Core\n"

    def assert_refused(self, line, saying):
        problems = check_targets.check(self.CORE + line)
        self.assertEqual(len(problems), 1, problems)
        self.assertIn(saying, problems[0])

    def test_links_that_point_down_are_fine(self):
        line = "model/store|xray_store|STATIC_LIBRARY|xray_core;$<LINK_ONLY:Qt6::Sql>\n"
        self.assertEqual(check_targets.check(self.CORE + line), [])

    def test_a_link_that_points_up_is_refused(self):
        self.assert_refused(
            "model/store|xray_store|STATIC_LIBRARY|xray_core\n"
            "model/items|xray_items|STATIC_LIBRARY|xray_store\n",
            "may not link xray_store",
        )

    def test_gui_in_the_model_is_refused_even_when_private(self):
        self.assert_refused("model/items|i|STATIC_LIBRARY|$<LINK_ONLY:Qt6::Gui>\n", "Qt6::Gui")

    def test_an_unknown_library_is_refused(self):
        self.assert_refused("model/items|i|STATIC_LIBRARY|curl\n", "may not link curl")

    def test_a_circle_is_refused(self):
        self.assert_refused(
            "views/a|a|STATIC_LIBRARY|b\nviews/b|b|STATIC_LIBRARY|a\n", "a circle: a -> b -> a"
        )

    def test_an_empty_graph_is_refused(self):
        self.assertEqual(len(check_targets.check("")), 1)


class Texts(TreeTest):
    def problems(self, name, text):
        self.write(name, text)
        return check_texts.check(self.root)

    def assert_refused(self, name, text, saying):
        problems = self.problems(name, text)
        self.assertEqual(len(problems), 1, problems)
        self.assertIn(saying, problems[0])

    def test_a_licensed_file_is_fine(self):
        self.assertEqual(self.problems("model/a.h", SPDX + "int a;\n"), [])
        script = "#!/bin/sh\n# SPDX-License-Identifier: GPL-3.0-or-later\n"
        self.assertEqual(self.problems("packaging/lint", script), [])

    def test_a_file_without_its_licence_is_refused(self):
        self.assert_refused("model/a.cpp", "int a;\n", "SPDX")

    def test_a_licence_below_the_first_line_is_refused(self):
        self.assert_refused("CMakeLists.txt", "\n# SPDX-License-Identifier: MIT\n", "SPDX")

    def test_another_licence_is_refused(self):
        self.assert_refused("app/a.h", "// SPDX-License-Identifier: MIT\n", "licence")

    def test_unfinished_business_is_refused(self):
        self.assert_refused("app/a.h", SPDX + "// TODO later\n", "a.h:2: unfinished")

    def test_a_place_on_one_machine_is_refused(self):
        self.assert_refused("docs/a.md", "see /home/anna/x\n", "one machine")
        self.write("docs/a.md", "")
        self.assert_refused("app/a.cpp", SPDX + '"/tmp/x"\n', "temporary")

    def test_a_url_or_a_variable_is_no_place(self):
        text = SPDX + "// https://example.org/home/x $ROOT/srv/x ~/tmp/x\n"
        self.assertEqual(self.problems("app/a.h", text), [])


class Headers(TreeTest):
    def problems(self, text):
        self.write("model/core/a.h", text)
        source = self.write("model/core/a.cpp", "")
        command = f"c++ -std=c++20 -c {source}"
        self.write(
            "build/compile_commands.json", f'[{{"file": "{source}", "command": "{command}"}}]'
        )
        return check_headers.check(self.root, self.root / "build")

    def test_a_complete_header_is_fine(self):
        self.assertEqual(self.problems("#include <vector>\nstd::vector<int> a();\n"), [])

    def test_a_header_that_leans_on_its_includer_is_refused(self):
        self.assertEqual(len(self.problems("std::vector<int> a();\n")), 1)


class Libraries(TreeTest):
    def test_a_program_without_a_screen_is_fine(self):
        self.assertEqual(check_libraries.check("/bin/ls"), [])

    def test_a_program_that_loads_a_gui_library_is_refused(self):
        self.write("gui.c", "int gui(void) { return 1; }")
        self.write("main.c", "int gui(void); int main(void) { return gui(); }")
        self.compile("-shared", "-fPIC", "gui.c", "-o", "libQt6Gui.so.6",
                     "-Wl,-soname,libQt6Gui.so.6")
        self.compile("main.c", "./libQt6Gui.so.6", "-Wl,-rpath,$ORIGIN", "-o", "program")
        problems = check_libraries.check(str(self.root / "program"))
        self.assertEqual(problems, [f"{self.root}/program loads libQt6Gui.so.6"])

    def test_a_program_that_is_not_there_is_refused(self):
        self.assertEqual(len(check_libraries.check(str(self.root / "program"))), 1)

    def compile(self, *arguments):
        subprocess.run(["cc", *arguments], cwd=self.root, check=True)


class FunctionLengths(unittest.TestCase):
    def test_functions_are_found_with_their_length(self):
        text = "namespace a {\nint f(int x)\n{\n    if (x) {\n    }\n    return '{';\n}\n}\n"
        self.assertEqual(function_lengths.functions_of(text), [("f", 5)])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-q"])
