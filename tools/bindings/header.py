"""Reads include/imap4.h. The header is regular (tools/header writes it), so declarations are taken one by one; what is
not understood stops the run."""

import re

SELF = "tools/bindings/run"


class Header:
    """What include/imap4.h declares: version, constants, opaque types, structs, callbacks, functions."""

    def __init__(self, text):
        text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
        self.version = int(re.search(r"^#define IMAP4_VERSION_NUMBER (\d+)$", text, re.M).group(1))
        text = re.sub(r"^#define (?!IMAP4_)(\w+) (\S.*)$", r"DEFINE \1 \2;", text, flags=re.M)
        text = re.sub(r"^ *#.*$", "", text, flags=re.M)
        text = re.sub(r'extern "C" \{', "", text)
        text = re.sub(r"\s*\bIMAP4_(?:API|WARN_UNUSED_RESULT|DEPRECATED)\b", "", text)
        self.enums, self.defines, self.structs, self.callbacks, self.functions = {}, {}, {}, {}, {}
        self.named = []  # every struct, those with fields included
        for declaration in self.declarations(text):
            self.take(" ".join(declaration.split()))
        self.opaque = [name for name in self.named if name not in self.structs]

    @staticmethod
    def declarations(text):
        """Cuts at each semicolon that is in no braces."""
        depth, begin = 0, 0
        for at, sign in enumerate(text):
            depth += (sign == "{") - (sign == "}")
            if sign == ";" and depth == 0:
                yield text[begin:at]
                begin = at + 1
        if text[begin:].strip() not in ("", "}"):
            raise SystemExit(f"at the end of the header: {text[begin:].strip()[:60]}")

    def take(self, text):
        if match := re.fullmatch(r"DEFINE (\w+) \(?([^()]+)\)?", text):
            self.defines[match[1]] = int(re.sub(r"\w+\(|[uUlL]+$", "", match[2]), 0)
        elif match := re.fullmatch(r"typedef enum (\w+) \{(.*)\} \w+", text):
            self.enums[match[1]] = dict(re.findall(r"(\w+) = (-?\d+)", match[2]))
        elif match := re.fullmatch(r"typedef struct (\w+) \w+|struct (\w+)", text):
            self.named.append(match[1] or match[2])
        elif match := re.fullmatch(r"struct (\w+) \{(.*)\}", text):
            self.structs[match[1]] = [self.declared(field) for field in match[2].split(";") if field.strip()]
        elif match := re.fullmatch(r"typedef (.*?)\(\*(\w+)\)\((.*)\)", text):
            self.callbacks[match[2]] = (match[1].strip(), self.parameters(match[3]))
        elif match := re.fullmatch(r"(.*?)(imap_\w+)\((.*)\)", text):
            self.functions[match[2]] = (match[1].strip(), self.parameters(match[3]))
        else:
            raise SystemExit(f"not understood in the header: {text[:100]}")

    @staticmethod
    def declared(text):
        """'const char *text' as its type and name; a pointer to a function keeps its whole text as type."""
        text = text.strip()
        if match := re.fullmatch(r".*\(\*(\w+)\)\(.*\)", text):
            return text, match[1]
        kind, name = re.fullmatch(r"(.*?)(\w+)", text).groups()
        return kind.strip(), name

    def parameters(self, text):
        return [] if text == "void" else [self.declared(one) for one in text.split(", ")]

    def constants(self):
        """Name and number of all constants, by the enum they stand in."""
        groups = {name: {key: int(value) for key, value in values.items()} for name, values in self.enums.items()}
        return {**({"": self.defines} if self.defines else {}), **groups}
