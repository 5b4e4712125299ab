"""What the five documents hold that the specs were written from. The documents themselves are not in the repository.

Read from them once, word for word, and apart from the specs: what a spec loses of them is seen here. Holds no assertion.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from attrs import evolve, field, frozen
from documents import Json


@frozen(kw_only=True)
class Parameter:
    """A parameter that a document names."""

    name: str
    place: str
    default: Json = None
    maximum: int | None = None
    words: frozenset[str] = frozenset()
    """The words it may have, where the document lists them."""


@frozen(kw_only=True)
class Seed:
    """What one document tells of one operation."""

    file: str
    provider: str
    operation: str
    address: str
    """Method, host and path; empty where the document shows none."""
    key: str = ""
    """The scheme word in the Authorization header, where the document shows it."""
    parameters: tuple[Parameter, ...] = ()
    answers: Mapping[str, str] = field(factory=dict[str, str])
    """Text of the example answer by status."""
    members: Mapping[str, str]
    """Names of the members of an answer by status; a member of a member is named `creations.url`."""
    state: str
    """The member that holds the state of the task."""
    states: tuple[str, ...]
    models: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """How an operation names this document under x-source."""
        return f"seeds/{self.file}"

    def examples(self) -> list[tuple[str, Json]]:
        """Status and value of each example answer."""
        return [(status, json.loads(text)) for status, text in self.answers.items()]


GET_GENERATION: Final = Seed(
    file="000_ba31cd6558ccfac4.txt",
    provider="vidu",
    operation="getCreations",
    address="GET https://api.vidu.com/ent/v2/tasks/{id}/creations",
    key="Token",
    parameters=(Parameter(name="id", place="path"),),
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
    members={"200": "state err_code creations creations.id creations.url creations.cover_url"},
    state="state",
    states=("created", "queueing", "processing", "success", "failed"),
)

GET_PROXYVIDUTASKS_CREATIONS: Final = Seed(
    file="001_53bd484aa426dcb3.txt",
    provider="comfy",
    operation="getCreations",
    address="GET https://api.comfy.org/proxy/vidu/tasks/{id}/creations",
    parameters=(Parameter(name="id", place="path"),),
    answers={
        "200": """
        {
          "creations": [
            {
              "cover_url": "<string>",
              "id": "<string>",
              "moderation_url": ["<string>"],
              "url": "<string>",
              "watermarked_url": "<string>"
            }
          ],
          "err_code": "<string>",
          "id": "<string>",
          "state": "created"
        }
        """,
        "400": '{"details": ["<string>"], "message": "<string>"}',
        "default": '{"details": ["<string>"], "message": "<string>"}',
    },
    members={
        "200": """
            creations err_code id state creations.cover_url creations.id creations.moderation_url
            creations.url creations.watermarked_url
        """,
        "400": "details message",
        "default": "details message",
    },
    state="state",
    states=("created", "processing", "queueing", "success", "failed"),
)

RETRIEVE_TASK_STATUS: Final = Seed(
    file="002_cbfbb12c551208ab.txt",
    provider="zenlayer",
    operation="getCreations",
    address="GET https://gateway.theturbo.ai/v1/vidu/tasks/{task_id}/creations",
    key="Bearer",
    parameters=(Parameter(name="task_id", place="path"),),
    answers={
        "200": """
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
              "video": {
                "duration": 0,
                "fps": 0,
                "resolution": null
              },
              "speech_url": "",
              "sound_url": "",
              "bgm_url": ""
            }
          ],
          "id": "940107923630096384",
          "credits": 60,
          "bgm": false,
          "payload": "",
          "cus_priority": 0,
          "off_peak": false,
          "audio": true,
          "progress": 100,
          "type": "img2video",
          "model": "viduq3-turbo",
          "resolution": "720p",
          "aspect_ratio": "",
          "template": "",
          "duration": 5
        }
        """
    },
    members={
        "200": """
            state err_code creations id credits bgm payload cus_priority off_peak audio progress type model
            resolution aspect_ratio template duration
            creations.id creations.url creations.cover_url creations.watermarked_url creations.moderation_url
            creations.video creations.video.duration creations.video.fps creations.video.resolution
            creations.speech_url creations.sound_url creations.bgm_url
        """
    },
    state="state",
    states=("success",),
    models=(
        "viduq3-pro",
        "viduq3-pro-fast",
        "viduq3-turbo",
        "viduq3-mix",
        "viduq3",
        "viduq2-pro",
        "viduq2-pro-fast",
        "viduq2",
        "vidu2.0",
        "viduq1",
        "viduq1-classic",
    ),
)

RETRIEVE_TASK_STATUS_AS_VIDU_ANSWERS: Final = evolve(
    RETRIEVE_TASK_STATUS,
    provider="vidu",
    address=GET_GENERATION.address,
    key=GET_GENERATION.key,
    parameters=GET_GENERATION.parameters,
)
"""The gateway hands on what Vidu answers: its example is the fullest that there is of Vidu's own poll."""

TASK_MANAGEMENT: Final = Seed(
    file="003_19ac672356861616.txt",
    provider="vidu",
    operation="listTasks",
    address="GET https://api.vidu.com/ent/v2/tasks",
    key="Token",
    parameters=(
        Parameter(name="created_at.from", place="query"),
        Parameter(name="created_at.to", place="query"),
        Parameter(name="task_ids", place="query"),
        Parameter(name="templates", place="query"),
        Parameter(name="model_versions", place="query", words=frozenset({"2.0", "q1", "q2", "q2-pro", "q2-pro-fast"})),
        Parameter(name="resolutions", place="query"),
        Parameter(
            name="states",
            place="query",
            default=["created", "processing", "queueing", "success", "failed"],
            words=frozenset({"created", "processing", "queueing", "success", "failed"}),
        ),
        Parameter(name="paper.page", place="query", default=0),
        Parameter(name="paper.pagesz", place="query", default=10, maximum=100),
        Parameter(name="pager.page_token", place="query"),
    ),
    answers={
        "200": """
        {
          "next_page_token": "string",
          "tasks": [
            {
              "id": "string",
              "key_id": "string",
              "type": "unspecified",
              "template": "string",
              "model": "string",
              "prompt": "string",
              "images": [
                "string"
              ],
              "duration": 0,
              "resolution": "string",
              "aspect_ratio": "string",
              "state": "created",
              "creations": [
                {
                  "id": "string",
                  "url": "string",
                  "cover_url": "string",
                  "watermarked_url": "string",
                  "moderation_url": [
                    "string"
                  ],
                  "video": {
                    "duration": 0,
                    "fps": 0,
                    "resolution": {
                      "width": 0,
                      "height": 0
                    }
                  }
                }
              ],
              "created_at": "2019-08-24T14:15:22Z",
              "credits": 0
            }
          ]
        }
        """
    },
    members={
        "200": """
            next_page_token tasks tasks.id tasks.key_id tasks.type tasks.template tasks.model tasks.prompt
            tasks.images tasks.duration tasks.resolution tasks.aspect_ratio tasks.state tasks.created_at
            tasks.credits tasks.creations tasks.creations.id tasks.creations.url tasks.creations.cover_url
            tasks.creations.watermarked_url tasks.creations.moderation_url tasks.creations.video
            tasks.creations.video.duration tasks.creations.video.fps tasks.creations.video.resolution
            tasks.creations.video.resolution.width tasks.creations.video.resolution.height
        """
    },
    state="tasks.state",
    states=("created", "queueing", "processing", "success", "failed"),
)

GET_GENERATION_RESULT: Final = Seed(
    file="004_42551d4126f9bc41.txt",
    provider="skills_video",
    operation="getGeneration",
    address="",
    members={"200": "data code message"},
    state="status",
    states=("IN_QUEUE", "IN_PROGRESS", "COMPLETED", "FAILED", "CANCELED"),
)
"""The only one without an example: the page lists what an answer holds, and names little of it."""

SEEDS: Final = (
    GET_GENERATION,
    GET_PROXYVIDUTASKS_CREATIONS,
    RETRIEVE_TASK_STATUS,
    RETRIEVE_TASK_STATUS_AS_VIDU_ANSWERS,
    TASK_MANAGEMENT,
    GET_GENERATION_RESULT,
)
