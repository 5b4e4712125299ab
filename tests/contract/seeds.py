"""The example answers of the five documents that the specs were written from, which are not in the repository themselves.

Copied from them once, word for word, and apart from the specs. What else they say is in openapi/readings. Asserts nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from attrs import field, frozen
from documents import Json


@frozen(kw_only=True)
class Seed:
    """What one document shows of one operation."""

    file: str
    provider: str
    operation: str
    answers: Mapping[str, str] = field(factory=dict[str, str])
    """Text of the example answer by status."""

    @property
    def source(self) -> str:
        """The name of this document under x-source."""
        return f"seeds/{self.file}"

    def examples(self) -> list[tuple[str, Json]]:
        """Return status and value of each example answer."""
        return [(status, json.loads(text)) for status, text in self.answers.items()]


COMFY_ERROR: Final = '{"details": ["<string>"], "message": "<string>"}'
ZENLAYER_POLL: Final = """
{
  "state": "success",
  "err_code": "",
  "creations": [
    {
      "id": "940108381828435968",
      "url": "https://******.mp4",
      "cover_url": "https://******.cover.jpeg",
      "watermarked_url": "",
      "moderation_url": [],
      "video": {"duration": 0, "fps": 0, "resolution": null},
      "speech_url": "", "sound_url": "", "bgm_url": ""
    }
  ],
  "id": "940107923630096384",
  "credits": 60, "bgm": false, "payload": "", "cus_priority": 0, "off_peak": false, "audio": true, "progress": 100,
  "type": "img2video", "model": "viduq3-turbo", "resolution": "720p", "aspect_ratio": "", "template": "", "duration": 5
}
"""

SEEDS: Final = (
    Seed(
        file="000_ba31cd6558ccfac4.txt",
        provider="vidu",
        operation="getCreations",
        answers={
            "200": """
            {
              "state": "success",
              "err_code": "",
              "creations": [
                {
                  "id": "your_creations_id",
                  "url": "your_generated_results_url",
                  "cover_url": "your_generated_results_cover_url"
                }
              ]
            }
            """
        },
    ),
    Seed(
        file="001_53bd484aa426dcb3.txt",
        provider="comfy",
        operation="getCreations",
        answers={
            "200": """
            {
              "creations": [
                {
                  "cover_url": "<string>", "id": "<string>", "moderation_url": ["<string>"], "url": "<string>",
                  "watermarked_url": "<string>"
                }
              ],
              "err_code": "<string>", "id": "<string>", "state": "created"
            }
            """,
            "400": COMFY_ERROR,
            "default": COMFY_ERROR,
        },
    ),
    Seed(file="002_cbfbb12c551208ab.txt", provider="zenlayer", operation="getCreations", answers={"200": ZENLAYER_POLL}),
    # The gateway hands on what Vidu answers: its example is the fullest that there is of Vidu's own poll.
    Seed(file="002_cbfbb12c551208ab.txt", provider="vidu", operation="getCreations", answers={"200": ZENLAYER_POLL}),
    Seed(
        file="003_19ac672356861616.txt",
        provider="vidu",
        operation="listTasks",
        answers={
            "200": """
            {
              "next_page_token": "string",
              "tasks": [
                {
                  "id": "string", "key_id": "string", "type": "unspecified", "template": "string", "model": "string",
                  "prompt": "string", "images": ["string"], "duration": 0, "resolution": "string", "aspect_ratio": "string",
                  "state": "created",
                  "creations": [
                    {
                      "id": "string", "url": "string", "cover_url": "string", "watermarked_url": "string",
                      "moderation_url": ["string"],
                      "video": {"duration": 0, "fps": 0, "resolution": {"width": 0, "height": 0}}
                    }
                  ],
                  "created_at": "2019-08-24T14:15:22Z",
                  "credits": 0
                }
              ]
            }
            """
        },
    ),
    Seed(file="004_42551d4126f9bc41.txt", provider="skills_video", operation="getGeneration"),
)
