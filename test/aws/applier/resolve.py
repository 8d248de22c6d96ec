"""Values of CloudFormation templates: references, functions, conditions, parameters. What is not known is an error."""
import base64
import re

PSEUDO = re.compile(r"^AWS::")
DYNAMIC = re.compile(r"^\{\{resolve:ssm:([^:}]+)(?::\d+)?\}\}$")
NO_VALUE = object()


class Made:
    """What a resource became: what Ref and GetAtt of it give."""

    def __init__(self, ref, **attributes):
        self.ref = ref
        self.attributes = attributes


class Unresolved(Exception):
    pass


class Stack:
    """One template while it is applied."""

    def __init__(self, name, template, *, account, region, parameter, exports):
        self.name = name
        self.template = template
        self.resources = template.get("Resources", {})
        self.made = {}
        self._parameter = parameter
        self._exports = exports
        self._pseudo = {
            "AWS::AccountId": account,
            "AWS::Region": region,
            "AWS::Partition": "aws",
            "AWS::URLSuffix": "amazonaws.com",
            "AWS::StackName": name,
            "AWS::StackId": f"arn:aws:cloudformation:{region}:{account}:stack/{name}/00000000-0000-4000-8000-000000000000",
            "AWS::NoValue": NO_VALUE,
        }

    # --- order ---------------------------------------------------------------------------------------------------------

    def ordered(self):
        """Logical ids, each after what it names; those with a false condition left out."""
        done, under_way, order = set(), set(), []

        def visit(logical_id):
            if logical_id in done:
                return
            if logical_id in under_way:
                raise Unresolved(f"{self.name}: {logical_id} depends on itself")
            under_way.add(logical_id)
            resource = self.resources[logical_id]
            depends = resource.get("DependsOn", [])
            for other in [depends] if isinstance(depends, str) else depends:
                visit(other)
            for other in sorted(self._names_in(resource.get("Properties", {}))):
                visit(other)
            under_way.discard(logical_id)
            done.add(logical_id)
            condition = resource.get("Condition")
            if condition is None or self.condition(condition):
                order.append(logical_id)

        for logical_id in self.resources:
            visit(logical_id)
        return order

    def _names_in(self, value):
        if isinstance(value, list):
            return set().union(*[self._names_in(one) for one in value]) if value else set()
        if not isinstance(value, dict):
            return set()
        found = set()
        if set(value) == {"Ref"}:
            found.add(value["Ref"])
        elif set(value) == {"Fn::GetAtt"}:
            attribute = value["Fn::GetAtt"]
            found.add(attribute.split(".")[0] if isinstance(attribute, str) else attribute[0])
        elif set(value) == {"Fn::Sub"}:
            text = value["Fn::Sub"] if isinstance(value["Fn::Sub"], str) else value["Fn::Sub"][0]
            found |= {name.split(".")[0] for name in re.findall(r"\$\{([^!}][^}]*)\}", text)}
        for one in value.values():
            found |= self._names_in(one)
        return {name for name in found if name in self.resources}

    # --- values --------------------------------------------------------------------------------------------------------

    def ref(self, name):
        if PSEUDO.match(name):
            if name not in self._pseudo:
                raise Unresolved(f"{self.name}: {name} is not known here")
            return self._pseudo[name]
        if name in self.made:
            return self.made[name].ref
        declared = self.template.get("Parameters", {}).get(name)
        if declared is None:
            raise Unresolved(f"{self.name}: nothing is called {name}")
        kind, default = declared["Type"], declared.get("Default")
        if default is None:
            raise Unresolved(f"{self.name}: the parameter {name} has no value")
        if kind.startswith("AWS::SSM::Parameter::Value<"):
            value = self._parameter(default)
            return value.split(",") if "List<" in kind else value
        return default

    def attribute(self, name, attribute):
        if name not in self.made:
            raise Unresolved(f"{self.name}: nothing is called {name}")
        known = self.made[name].attributes
        if attribute not in known:
            raise Unresolved(f"{self.name}: {name} ({self.resources[name]['Type']}) gives no {attribute}, only {sorted(known)}")
        return known[attribute]

    def condition(self, name):
        return self._truth(self.template["Conditions"][name])

    def _truth(self, value):
        if isinstance(value, dict) and len(value) == 1:
            (function, argument), = value.items()
            if function == "Condition":
                return self.condition(argument)
            if function == "Fn::And":
                return all(self._truth(one) for one in argument)
            if function == "Fn::Or":
                return any(self._truth(one) for one in argument)
            if function == "Fn::Not":
                return not self._truth(argument[0])
            if function == "Fn::Equals":
                return self.value(argument[0]) == self.value(argument[1])
        raise Unresolved(f"{self.name}: not a condition: {value}")

    def value(self, value):
        """The value with everything resolved."""
        if isinstance(value, list):
            return [one for one in map(self.value, value) if one is not NO_VALUE]
        if isinstance(value, str):
            dynamic = DYNAMIC.match(value)
            if dynamic:
                return self._parameter(dynamic.group(1))
            if "{{resolve:" in value:
                raise Unresolved(f"{self.name}: {value}")
            return value
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            (function, argument), = value.items()
            if function == "Ref":
                return self.ref(argument)
            if function == "Condition" and isinstance(argument, str) and argument in self.template.get("Conditions", {}):
                return self.condition(argument)
            if function.startswith("Fn::"):
                return self._function(function, argument)
        resolved = {key: self.value(one) for key, one in value.items()}
        return {key: one for key, one in resolved.items() if one is not NO_VALUE}

    def _function(self, function, argument):
        if function == "Fn::GetAtt":
            name, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
            return self.attribute(name, attribute)
        if function == "Fn::Join":
            separator, parts = argument
            return separator.join(self._text(one) for one in self.value(parts))
        if function == "Fn::Sub":
            text, given = (argument, {}) if isinstance(argument, str) else (argument[0], self.value(argument[1]))
            return re.sub(r"\$\{([^}]+)\}", lambda found: self._substituted(found.group(1), given), text)
        if function == "Fn::Select":
            index, parts = argument
            return self.value(parts)[int(self.value(index))]
        if function == "Fn::Split":
            separator, text = argument
            return self._text(self.value(text)).split(separator)
        if function == "Fn::If":
            condition, yes, no = argument
            return self.value(yes if self.condition(condition) else no)
        if function == "Fn::Base64":
            return base64.b64encode(self._text(self.value(argument)).encode()).decode()
        if function == "Fn::ImportValue":
            name = self.value(argument)
            if name not in self._exports:
                raise Unresolved(f"{self.name}: no stack before it exports {name}")
            return self._exports[name]
        if function == "Fn::FindInMap":
            table, first, second = self.value(argument)
            return self.template["Mappings"][table][first][second]
        if function == "Fn::GetAZs":
            region = self.value(argument) or self._pseudo["AWS::Region"]
            return [f"{region}{letter}" for letter in "abc"]
        raise Unresolved(f"{self.name}: the function {function} is not known here")

    def _substituted(self, name, given):
        if name.startswith("!"):
            return "${" + name[1:] + "}"
        if name in given:
            return self._text(given[name])
        if "." in name and not PSEUDO.match(name):
            return self._text(self.attribute(*name.split(".", 1)))
        return self._text(self.ref(name))

    def _text(self, value):
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise Unresolved(f"{self.name}: {value!r} cannot stand in a text")
        return str(value)
