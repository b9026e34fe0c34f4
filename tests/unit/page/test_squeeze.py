from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from golive.page.squeeze import squeezed


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("// why\nconst a = 1;  // so\n", "const a=1;"),
        ("/* a\nlong */ const a = 1; /* b */\n\n  f(a);\n", "const a=1;f(a);"),
        ('return (a  in b) ? - -1 : "a  b";', 'return(a in b)?- -1:"a  b";'),
        ("const a = `x  ${ b  +  `y  ${ c }` }  // y` + 'it // is';", "const a=`x  ${b+`y  ${c}`}  // y`+'it // is';"),
        ("const a = `${ { b: 1 }.b }\\` ${'}'}`;", "const a=`${{b:1}.b}\\` ${'}'}`;"),
        ("x = a / b / c;", "x=a/b/c;"),
        ("x = f(a) / 2 / (b / c);", "x=f(a)/2/(b/c);"),
        ("x = y.replace(/ \\/ [/\"'`] /g, ' / ');", "x=y.replace(/ \\/ [/\"'`] /g,' / ');"),
        ("return / a /.test(b) && c.match( / \\d+ / );", "return/ a /.test(b)&&c.match(/ \\d+ /);"),
        ("const a = f\n  .g(\n    b,\n    c,\n  )\nh();\n", "const a=f.g(b,c,)\nh();"),
        ("if (a) {\n  b();\n}\nc = a ? b\n  : d;\n", "if(a){b();}\nc=a?b:d;"),
        ("i++\nj--\nk()\n", "i++\nj--\nk()"),
        ("const f = () => {\n  return\n};\n(g)();\n", "const f=()=>{return};(g)();"),
        ("for (;;) {\n  let a = b + +c;\n}\n", "for(;;){let a=b+ +c}"),
        ("a()\n// said\n\nb()", "a()\nb()"),
    ],
)
def test_what_means_nothing_goes_and_the_rest_stays(script: str, expected: str) -> None:
    assert squeezed(script) == expected
    assert squeezed(expected) == expected


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not installed: it must read what was squeezed")
def test_a_squeezed_script_does_the_same() -> None:
    script = """
      // Texts, templates and patterns with everything that looks like something else.
      const said = [], add = (x) => { said.push(x); return x; };
      add(`a // ${ [1, 2].map((n) => `${ n }; ${ n / 2 / 1 }`).join("/* no */") } b`);
      add("a  b // c".replace(/ {2}b \\/\\/ /, "/"));
      add("x/y".split(/[/]/g).length / 2 / 1);
      let i = 1
      i++
      add(i)
      const o = {
        a: 1,  // one
        b() { return this.a + +"2" - -1; },
      };
      add(o.b())
      for (const x of [1, 2]) if (x > 1) add(x);
      const none = () => {
        return
        add("never")
      }
      add(none() === undefined ? "nothing"
        : "something")
      /* out */ console.log(JSON.stringify(said))
    """.replace("\\\\", "\\")
    plain, small = (
        subprocess.run(["node", "-e", one], capture_output=True, text=True, check=True).stdout
        for one in (script, squeezed(script))
    )
    assert plain == small
    assert len(json.loads(plain)) == 7
