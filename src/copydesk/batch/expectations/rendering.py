"""How the expectations of this package read in Data Docs: one sentence, for both renderers of Great Expectations."""

from typing import Any, ClassVar, Final

from great_expectations.render import LegacyRendererType, RenderedStringTemplateContent
from great_expectations.render.renderer.renderer import renderer
from great_expectations.render.renderer_configuration import RendererConfiguration, RendererValueType
from great_expectations.render.util import num_to_str

_TYPES: Final = {"minimum": RendererValueType.NUMBER, "hours": RendererValueType.NUMBER}


class Rendered:
    """Renders an expectation by its sentence ``says``, in which ``$name`` is an argument."""

    says: ClassVar[str]
    args_keys: ClassVar[tuple[str, ...]]
    __fields__: ClassVar[dict[str, Any]]

    @classmethod
    def _prescriptive_template(cls, renderer_configuration: RendererConfiguration) -> RendererConfiguration:
        given = cls._given(renderer_configuration.kwargs)
        for name, value in given.items():
            renderer_configuration.add_param(name, _TYPES.get(name, RendererValueType.STRING), value=value)
        renderer_configuration.add_param(name="mostly", param_type=RendererValueType.NUMBER)
        mostly = renderer_configuration.params.mostly
        with_column = renderer_configuration.include_column_name
        sentence = cls._sentence(given, with_column, mostly.value if mostly else None)
        if "$mostly_pct" in sentence:
            percentage = num_to_str(mostly.value * 100, no_scientific=True)
            renderer_configuration.add_param("mostly_pct", RendererValueType.STRING, value=percentage)
        renderer_configuration.template_str = sentence
        return renderer_configuration

    @classmethod
    @renderer(renderer_type=LegacyRendererType.PRESCRIPTIVE)
    def _prescriptive_renderer(
        cls,
        configuration: Any = None,
        result: Any = None,
        runtime_configuration: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> list[Any]:
        asked = configuration or result.expectation_config
        runtime = runtime_configuration or {}
        mostly = asked.kwargs.get("mostly")
        params = given = cls._given(asked.kwargs)
        if isinstance(mostly, int | float):
            params = {**given, "mostly_pct": num_to_str(mostly * 100, no_scientific=True)}
        sentence = cls._sentence(given, runtime.get("include_column_name") is not False, mostly)
        template = {"template": sentence, "params": params, "styling": runtime.get("styling")}
        return [RenderedStringTemplateContent(content_block_type="string_template", string_template=template)]

    @classmethod
    def _given(cls, kwargs: dict[str, Any]) -> dict[str, Any]:
        """The arguments with their defaults, which no configuration holds."""
        defaults = {name: cls.__fields__[name].default for name in cls.args_keys}
        return {name: kwargs.get(name, default) for name, default in defaults.items()}

    @classmethod
    def _sentence(cls, kwargs: dict[str, Any], with_column: bool, mostly: Any) -> str:
        """The sentence without the clauses, in brackets, of arguments that are not given."""
        sentence = cls.says
        for name in cls.args_keys:
            before, opened, rest = sentence.partition(f"[{name}:")
            if opened:
                clause, _, after = rest.partition("]")
                sentence = before + (clause if kwargs.get(name) else "") + after
        if sentence.startswith("values") and with_column:
            sentence = f"$column {sentence}"
        most = isinstance(mostly, int | float) and mostly < 1
        return f"{sentence}, at least $mostly_pct % of the time." if most else f"{sentence}."
